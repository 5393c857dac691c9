package dev.weir.e2e.sdk;

/** One of the SDKs. */
public interface Sdk {
  /** What to call. */
  enum Kind {
    PLAIN,
    STREAM,
    STREAM_USAGE,
    TOOLS,
    TOOLS_STREAM,
    MODELS,
    EMBEDDINGS
  }

  /** Makes the call, with the SDK's own retries, and hands back also an error of the API. */
  Outcome call(Kind kind, String model, String question);

  /** Another of the same kind, with another key. */
  Sdk withKey(String key);
}
