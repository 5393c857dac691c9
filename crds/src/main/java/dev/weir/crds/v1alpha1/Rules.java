package dev.weir.crds.v1alpha1;

/** Texts that several fields share: CEL rules and what to tell who broke them. */
final class Rules {
  static final String NAME = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')";
  static final String NAME_HELP =
      "use lower-case letters, digits and dashes, a letter or digit first and last, such as"
          + " per-user";

  static final String HEADER = "self.matches('^[a-z0-9!#$%&*+.^_|~-]+$')";
  static final String HEADER_HELP =
      "write the name of a header field in lower case and without a colon, such as x-user-id";

  static final String DURATION =
      "self.matches('^([1-9][0-9]{0,7}s|[1-9][0-9]{0,5}m|[1-9][0-9]{0,3}h)$')";

  static final String TARGETS_HELP =
      "The workloads that are governed, all in the object's own namespace. One that does not exist"
          + " yet is governed as soon as it appears.";
  static final String OBJECT_NAME = "size(self.metadata.name) <= 63";
  static final String OBJECT_NAME_HELP =
      "metadata.name may have 63 characters at most: it is part of the names of counters and"
          + " metrics";

  static final String OBSERVED_GENERATION =
      "The generation of the spec that this status speaks of; -1 before the first.";
  static final String CONDITIONS =
      "Accepted, ResolvedRefs, Programmed, TrafficCaptured, StoreAvailable and Ready; Reconciling"
          + " and Stalled only while they are true.";
  static final String DATA_PLANE = "How far the pods' sidecars are with this revision.";
  static final String TARGETS = "The workloads that are governed.";
  static final String STORE = "Where the counters are.";
  static final String SUMMARY = "What the columns of kubectl get read.";

  private Rules() {}
}
