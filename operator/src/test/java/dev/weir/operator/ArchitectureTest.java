package dev.weir.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the design. */
@AnalyzeClasses(
    packages = "dev.weir.operator",
    importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  private static final String ROOT = "dev.weir.operator.";

  @ArchTest
  static final ArchRule FEW_TOUCH_THE_API_SERVER =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              ROOT + "world..", ROOT + "status..", ROOT + "webhook..", ROOT + "boot..")
          .and()
          .doNotHaveSimpleName("TokenReviews")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient");

  @ArchTest
  static final ArchRule DECISIONS_ARE_PURE =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + "validate..", ROOT + "attach..", ROOT + "compile..", ROOT + "inject..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8.kubernetes.client..",
              "io.javaoperatorsdk..",
              "java.net..",
              "java.nio.file..",
              "java.util.concurrent..",
              "org.slf4j..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.time.Clock")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now");

  @ArchTest
  static final ArchRule ONLY_RECONCILE_AND_BOOT_KNOW_JOSDK =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "reconcile..", ROOT + "boot..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule NO_NETTY =
      noClasses().should().dependOnClassesThat().resideInAPackage("io.netty..");

  @ArchTest
  static final ArchRule OTHER_MODULES =
      noClasses().should().dependOnClassesThat().resideInAPackage("dev.weir.proxy..");

  @ArchTest static final ArchRule WORLD = only("world");

  @ArchTest static final ArchRule VALIDATE = only("validate");

  @ArchTest static final ArchRule ATTACH = only("attach", "world");

  @ArchTest static final ArchRule COMPILE = only("compile", "world", "validate", "attach");

  @ArchTest static final ArchRule STREAM = only("stream", "world", "compile");

  @ArchTest static final ArchRule INJECT = only("inject");

  @ArchTest static final ArchRule WEBHOOK = only("webhook", "inject", "stream");

  @ArchTest static final ArchRule USAGE = only("usage", "world", "validate", "compile", "stream");

  @ArchTest static final ArchRule STATUS = only("status", "world");

  @ArchTest static final ArchRule OBSERVE = only("observe");

  /** The package and those that it may know of ours. */
  private static ArchRule only(String name, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = ROOT + name + "..";
    for (int i = 0; i < others.length; i++) {
      allowed[i + 1] = ROOT + others[i] + "..";
    }
    return classes()
        .that()
        .resideInAPackage(ROOT + name + "..")
        .should()
        .onlyDependOnClassesThat(
            com.tngtech.archunit.base.DescribedPredicate.not(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage(
                        "dev.weir.operator.."))
                .or(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                        allowed)))
        .as(name + " knows of our packages only " + String.join(", ", allowed));
  }
}
