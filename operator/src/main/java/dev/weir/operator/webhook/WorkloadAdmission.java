package dev.weir.operator.webhook;

import dev.weir.operator.inject.Mirror;

/** Keeps the mark of workloads mirrored in their pod templates. */
final class WorkloadAdmission implements Admission {
  @Override
  public byte[] answer(Review review) {
    Mirror mirror = Mirror.of(review.kind(), review.object());
    return review.allow(mirror.patch(), mirror.warnings());
  }
}
