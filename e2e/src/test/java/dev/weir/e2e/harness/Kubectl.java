package dev.weir.e2e.harness;

import java.time.Duration;

/** {@code kubectl} against one cluster, optionally in one namespace. */
public final class Kubectl {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private final Shell shell;
  private final String binary;
  private final String namespace;

  Kubectl(Shell shell, String binary, String namespace) {
    this.shell = shell;
    this.binary = binary;
    this.namespace = namespace;
  }

  /** The same cluster, another namespace. */
  public Kubectl in(String other) {
    return new Kubectl(shell, binary, other);
  }

  /** Standard output of {@code kubectl args}; fails when it fails. */
  public String run(String... args) {
    return shell.run(command(args));
  }

  /** Like {@link #run} but hands back the failure. */
  public Shell.Result attempt(String... args) {
    return shell.attempt("", DEADLINE, command(args));
  }

  /** {@code kubectl apply -f -} of YAML; fails when it is refused. */
  public String apply(String yaml) {
    Shell.Result result = tryApply(yaml);
    if (result.exit() != 0) {
      throw new IllegalStateException("kubectl apply: " + result.all() + "\n" + yaml);
    }
    return result.out().strip();
  }

  /** {@code kubectl apply -f -} of YAML that may be refused. */
  public Shell.Result tryApply(String yaml) {
    return shell.attempt(yaml, DEADLINE, command("apply", "-f", "-"));
  }

  /** {@code kubectl wait --for=condition=...}; fails with all conditions when the time is up. */
  public void await(String condition, String object, Duration deadline) {
    Shell.Result result =
        shell.attempt(
            "",
            deadline.plusMinutes(1),
            command(
                "wait",
                "--for=condition=" + condition,
                object,
                "--timeout=" + deadline.toSeconds() + "s"));
    if (result.exit() != 0) {
      throw new IllegalStateException(
          "%s is not %s: %s%n%s"
              .formatted(object, condition, result.all(), get(object, "{.status.conditions}")));
    }
  }

  /** One value by JSONPath, empty when absent. */
  public String get(String object, String jsonPath) {
    return run("get", object, "-o", "jsonpath=" + jsonPath);
  }

  private String[] command(String... args) {
    String[] command = new String[args.length + 3];
    command[0] = binary;
    command[1] = "--namespace";
    command[2] = namespace;
    System.arraycopy(args, 0, command, 3, args.length);
    return command;
  }
}
