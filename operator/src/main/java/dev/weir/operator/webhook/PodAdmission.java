package dev.weir.operator.webhook;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.operator.inject.Credentials;
import dev.weir.operator.inject.Decision;
import dev.weir.operator.inject.Injector;
import dev.weir.operator.inject.NamespaceView;
import dev.weir.operator.inject.PatchOperation;
import io.fabric8.kubernetes.api.model.Pod;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Puts the sidecar into pods. */
final class PodAdmission implements Admission {

  // The API server writes an empty list of containers as null.
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .defaultSetterInfo(JsonSetter.Value.forValueNulls(Nulls.SKIP, Nulls.FAIL))
          .build();

  private final Injector injector;
  private final Map<String, String> namespaceLabels;
  private final Supplier<String> ca;
  private final Refusals refusals;
  private final MeterRegistry metrics;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param namespaceLabels of every namespace that calls: each webhook is registered for one sort
   */
  PodAdmission(
      Injector injector,
      Map<String, String> namespaceLabels,
      Supplier<String> ca,
      Refusals refusals,
      MeterRegistry metrics) {
    this.injector = injector;
    this.namespaceLabels = namespaceLabels;
    this.ca = ca;
    this.refusals = refusals;
    this.metrics = metrics;
  }

  @Override
  public byte[] answer(Review review) throws Review.Malformed {
    Pod pod;
    try {
      pod = JSON.treeToValue(review.object(), Pod.class);
    } catch (JsonProcessingException e) {
      throw new Review.Malformed("request.object is not a Pod");
    }
    Decision decision =
        injector.decide(pod, new NamespaceView(review.namespace(), namespaceLabels));
    metrics.counter("weir.admission.pods", "reason", decision.reason().text()).increment();
    if (decision.reason().refuses() && !review.dryRun()) {
      refusals.report(review.namespace(), pod, decision);
    }
    List<PatchOperation> patch =
        injector.patch(pod, decision, new Credentials(ca.get(), drainToken()));
    return review.allow(patch, decision.warnings());
  }

  private String drainToken() {
    byte[] bytes = new byte[18];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
