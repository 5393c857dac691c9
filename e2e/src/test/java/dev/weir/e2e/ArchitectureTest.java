package dev.weir.e2e;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the modules; those inside a module are tested there. */
@AnalyzeClasses(packages = "dev.weir", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String CRDS = "dev.weir.crds..";
  private static final String PROTOCOL = "dev.weir.protocol..";
  private static final String LIMITS = "dev.weir.limits..";
  private static final String PROXY = "dev.weir.proxy..";
  private static final String OPERATOR = "dev.weir.operator..";

  @ArchTest
  static final ArchRule crdsStandAlone = mustNotUse(CRDS, PROTOCOL, LIMITS, PROXY, OPERATOR);

  @ArchTest
  static final ArchRule protocolStandsAlone = mustNotUse(PROTOCOL, CRDS, LIMITS, PROXY, OPERATOR);

  @ArchTest
  static final ArchRule limitsStandAlone = mustNotUse(LIMITS, CRDS, PROTOCOL, PROXY, OPERATOR);

  @ArchTest
  static final ArchRule proxyKnowsNoKubernetes =
      mustNotUse(PROXY, CRDS, OPERATOR, "io.fabric8..", "io.javaoperatorsdk..");

  @ArchTest static final ArchRule operatorKnowsNoProxy = mustNotUse(OPERATOR, PROXY, "io.netty..");

  @ArchTest
  static final ArchRule limitsKnowNeitherHttpNorKubernetes =
      mustNotUse(
          LIMITS, "io.fabric8..", "io.netty.handler..", "com.fasterxml..", "java.net.http..");

  @ArchTest
  static final ArchRule protocolIsRecordsAndAnnotations =
      noClasses()
          .that(resideInAPackage(PROTOCOL))
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              PROTOCOL, "java..", "com.fasterxml.jackson.annotation..", "org.jspecify..");

  @ArchTest
  static final ArchRule noCyclesInTheProxy =
      slices().matching("dev.weir.proxy.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noCyclesInTheOperator =
      slices().matching("dev.weir.operator.(*)..").should().beFreeOfCycles();

  private static ArchRule mustNotUse(String packages, String... others) {
    return noClasses()
        .that(resideInAPackage(packages))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }
}
