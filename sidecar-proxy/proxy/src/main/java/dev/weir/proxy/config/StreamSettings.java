package dev.weir.proxy.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the operator is and how to talk to it.
 *
 * @param url {@code wss://host:port/path}; the operator's certificate must be for this host
 * @param ca PEM certificates, one of which the operator's certificate is issued by
 * @param tokenFile holds the service account token; read again at each connect
 * @param stateDir memory-backed directory that outlives the process, for the last known good
 *     snapshot
 * @param incarnation random identity of this process
 * @param version this release
 * @param timing how patient to be
 */
public record StreamSettings(
    URI url,
    String ca,
    Path tokenFile,
    Path stateDir,
    String incarnation,
    String version,
    Timing timing) {

  /** Checks the URL, so that a typing error ends the start and not each connect. */
  public StreamSettings {
    if (!"wss".equals(url.getScheme()) || url.getHost() == null || url.getPort() < 1) {
      throw new IllegalArgumentException(
          "The operator's address '" + url + "' must look like wss://host:port/path");
    }
  }

  /** Hides nothing secret but keeps certificates out of log lines. */
  @Override
  public String toString() {
    return "StreamSettings[" + url + ", token " + tokenFile + ", state " + stateDir + "]";
  }

  /**
   * How patient to be.
   *
   * @param open for connecting, TLS and upgrade together
   * @param silence after this time without a byte the operator is asked for a sign of life, after
   *     once more the connection is given up
   * @param firstRetry wait after the first failure; doubles with each, with jitter
   * @param slowestRetry the longest wait
   */
  public record Timing(
      Duration open, Duration silence, Duration firstRetry, Duration slowestRetry) {

    /** What a sidecar in a cluster uses. */
    public static final Timing DEFAULT =
        new Timing(
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofMillis(250),
            Duration.ofSeconds(10));
  }
}
