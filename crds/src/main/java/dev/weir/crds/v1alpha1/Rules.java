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

  static final String DURATION_FORM = "^([1-9][0-9]{0,7}s|[1-9][0-9]{0,5}m|[1-9][0-9]{0,3}h)$";
  static final String DURATION = "self.matches('" + DURATION_FORM + "')";

  static final String MODEL = "self.matches('^[!-~]+$')";
  static final String MODEL_HELP =
      "write the name of a model in printable ASCII without spaces, such as gpt-4o or"
          + " meta-llama/Llama-3.1-8B";

  static final String AMOUNT = "self.matches('^[0-9]{1,9}([.][0-9]{1,6})?$')";
  static final String AMOUNT_HELP =
      "write a decimal number in quotes, with nine digits before the dot at most and six behind it,"
          + " such as \"2.50\"";

  static final String TARGETS_HELP =
      "The workloads and LlmRoutes that are governed, all in the object's own namespace. One that"
          + " does not exist yet is governed as soon as it appears. Of a workload the requests to"
          + " its own port are governed, of an LlmRoute the calls to its listener.";
  static final String UNIT_HELP =
      "tokens are counted of calls to LlmRoutes only; write unit: Requests, or give the object none"
          + " but targets of group: weir.dev and kind: LlmRoute";
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
  static final String TARGETS = "The workloads and LlmRoutes that are governed.";
  static final String STORE = "Where the counters are.";
  static final String SUMMARY = "What the columns of kubectl get read.";

  private Rules() {}
}
