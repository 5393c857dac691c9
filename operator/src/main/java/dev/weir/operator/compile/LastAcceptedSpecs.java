package dev.weir.operator.compile;

import dev.weir.operator.validate.Accepted;
import org.jspecify.annotations.Nullable;

/** The newest spec of each object that was ever accepted. */
public interface LastAcceptedSpecs {

  /**
   * By the object's uid; null if none ever was.
   *
   * @param type of the object's spec
   */
  <S> @Nullable Accepted<S> of(String uid, Class<S> type);
}
