package dev.weir.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/** A frame that the operator sends. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes(@JsonSubTypes.Type(value = FromOperator.Update.class, name = "snapshot"))
public sealed interface FromOperator {

  /**
   * The state of the world for one workload. It replaces all that was sent before and is answered
   * by exactly one {@link FromSidecar.Ack} or {@link FromSidecar.Nack} with the same nonce.
   *
   * @param revision hash of {@code snapshot}; the same content has the same revision in every
   *     operator, and secret values do not go into it
   * @param nonce distinguishes two sends of one revision, for example when only a secret changed
   * @param ca PEM certificates, the current and the next, that the operator's certificate may be
   *     issued by, so that a running sidecar outlives a rotation; null leaves what was known
   */
  record Update(
      String revision, String nonce, Snapshot snapshot, Secrets secrets, @Nullable String ca)
      implements FromOperator {}
}
