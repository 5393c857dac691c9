package dev.weir.operator.inject;

/** The annotations and labels by which people and Weir talk about injection. */
public final class Marks {

  /** Set by people: {@code "true"} opts in, {@code "false"} on a pod opts out. */
  public static final String INJECT = "weir.dev/inject";

  /** Set by Weir on a pod template: the value of {@link #INJECT} on the workload itself. */
  public static final String MIRRORED = "weir.dev/mirrored";

  /** Set by people on a pod template: the container port to capture, by name or by number. */
  public static final String PORT = "weir.dev/port";

  /** Set by people on a pod template: {@code "true"} names the revision in each response. */
  public static final String DEBUG_HEADERS = "weir.dev/debug-headers";

  /** Set by Weir on a pod: what was decided, as JSON with at least {@code reason}. */
  public static final String STATUS = "weir.dev/status";

  private Marks() {}
}
