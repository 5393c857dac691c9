package dev.weir.proxy.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.FromSidecar;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a snapshot from a frame's text into force: read, store, apply, swap, answer. Blocks;
 * one thread at a time.
 */
final class Installation {
  private static final Logger log = LoggerFactory.getLogger(Installation.class);

  private final Applier applier;
  private final LastKnownGood lastKnownGood;
  private final Trust trust;
  private final LiveSnapshot live;

  /** The bundle that came last; kept when an update carries none. */
  private @Nullable String ca;

  Installation(Applier applier, LastKnownGood lastKnownGood, Trust trust, LiveSnapshot live) {
    this.applier = applier;
    this.lastKnownGood = lastKnownGood;
    this.trust = trust;
    this.live = live;
  }

  /** Puts the stored snapshot in force, if there is one that can be used. */
  void restore() {
    FromOperator.Update stored = lastKnownGood.load();
    if (stored == null) {
      return;
    }
    try {
      Runnable trusted = trust.prepare(stored.ca());
      applier.apply(stored);
      putInForce(stored, trusted);
      log.info("Started with the stored revision {}", stored.revision());
    } catch (RefusedException | RuntimeException e) {
      log.warn("Ignored the stored revision {}: {}", stored.revision(), e.toString());
    }
  }

  /**
   * Handles one frame.
   *
   * @return the answer, or null for a frame of a kind that this release does not know
   * @throws RefusedException if the frame is not JSON and can't be answered
   */
  @Nullable FromSidecar handle(String text) throws RefusedException {
    JsonNode frame = Frames.tree(text);
    if (!Frames.isUpdate(frame)) {
      log.warn("Ignored a frame of the unknown type '{}'", frame.path("type").asText());
      return null;
    }
    String revision = frame.path("revision").asText();
    String nonce = frame.path("nonce").asText();
    try {
      install(Frames.update(frame));
      log.info("Revision {} is in force", revision);
      return new FromSidecar.Ack(revision, nonce);
    } catch (RefusedException e) {
      return refuse(revision, nonce, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return refuse(revision, nonce, "the sidecar can't store the snapshot: " + e);
    } catch (RuntimeException e) {
      log.error("Revision {} made the sidecar fail", revision, e);
      // The message may hold anything, also a secret.
      return refuse(revision, nonce, "the sidecar failed with " + e.getClass().getName());
    }
  }

  private void install(FromOperator.Update received) throws RefusedException, IOException {
    FromOperator.Update update = received.ca() == null ? withCa(received, ca) : received;
    Runnable trusted = trust.prepare(update.ca());
    boolean done = false;
    try {
      lastKnownGood.stage(update);
      applier.apply(update);
      // A crash before this line loses a revision that nobody was told of.
      lastKnownGood.commit();
      done = true;
    } finally {
      if (!done) {
        lastKnownGood.discard();
      }
    }
    putInForce(update, trusted);
  }

  private void putInForce(FromOperator.Update update, Runnable trusted) {
    trusted.run();
    ca = update.ca();
    live.swap(new LiveSnapshot.Current(update.revision(), update.snapshot(), update.secrets()));
  }

  private static FromOperator.Update withCa(FromOperator.Update update, @Nullable String ca) {
    return new FromOperator.Update(
        update.revision(), update.nonce(), update.snapshot(), update.secrets(), ca);
  }

  private static FromSidecar refuse(String revision, String nonce, String error) {
    log.warn("Refused revision {}: {}", revision, error);
    return new FromSidecar.Nack(revision, nonce, error);
  }
}
