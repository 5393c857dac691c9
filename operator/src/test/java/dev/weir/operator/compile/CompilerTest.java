package dev.weir.operator.compile;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.weir.protocol.Snapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CompilerTest {

  private static final String POLICY =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      limits:
      - name: per-user
        key: [{header: X-User}]
        rates:
        - {limit: 100, per: 3600s, algorithm: FixedWindow}
        - {limit: 10, per: 1s, algorithm: TokenBucket, burst: 20}
      """;

  private static final String EXPLICIT =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      mode: Enforce
      limits:
      - name: writes
        match:
          methods: [POST]
          paths: [{type: Prefix, value: /v1}]
          headers: [{name: X-Tier, type: Exact, value: free}, {name: X-Skip, type: Absent}]
        key: [{query: q}, {method: {}}, {path: {}}]
        missingKey: Reject
        rates: [{limit: 5, per: 1m, algorithm: TokenBucket}]
        responseHeaders: {format: Both, reset: EpochSeconds}
        onStoreFailure: {action: Deny}
      """;

  private static final String PLAN =
      """
      targetRefs: [{group: apps, kind: Deployment, name: api}]
      identity:
        apiKey: {in: [{header: X-Api-Key}, {header: Authorization, scheme: Bearer}]}
        anonymous: Allow
      subject: {consumer: {}}
      tiers:
      - name: gold
        consumers: {matchLabels: {tier: gold}}
        quotas:
        - {name: monthly, unit: Requests, limit: 10, window: {every: Month, timeZone: Europe/Berlin, startDay: 5}}
      - name: rest
        quotas: [{name: daily, unit: Requests, limit: 1, window: {every: Day}}]
      """;

  private static Compilation compile(Worlds world) {
    return new Compiler(new Settings(5000, 50, "redis://x")).compile(world.build(), Worlds.NONE);
  }

  private static Snapshot snapshot(Worlds world) {
    return api(compile(world)).snapshot();
  }

  private static CompiledWorkload api(Compilation compilation) {
    return requireNonNull(compilation.workloads().get(Worlds.API));
  }

  private static Map<String, String> contents(Compilation compilation) {
    return requireNonNull(compilation.contents().get(Worlds.API));
  }

  private static Worlds golden() {
    return new Worlds()
        .deployment("api")
        .policy("api", POLICY)
        .policy("writes", EXPLICIT)
        .plan("public", PLAN)
        .consumer("acme-key", "acme", true, Map.of("tier", "gold"), "aa")
        .consumer("bob-key", "bob", true, Map.of(), "bb")
        .consumer("eve-key", "eve", false, Map.of("tier", "gold"), "ee");
  }

  /** Run with {@code -Dgolden=write} to write the file, then read it: it is what a sidecar gets. */
  @Test
  void everyDefaultIsFilledIn() throws IOException {
    String actual =
        JsonMapper.builder()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(snapshot(golden()))
            + "\n";
    Path file = Path.of("src/test/resources/compile/snapshot.json");
    if ("write".equals(System.getProperty("golden"))) {
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
  }

  @Test
  void theRevisionIsOfTheContentAndHoldsNoSecret() {
    CompiledWorkload one = api(compile(golden()));
    CompiledWorkload rotated =
        api(compile(golden().consumer("acme-key-2", "acme", true, Map.of(), "cc")));
    assertThat(one.revision()).matches("[0-9a-f]{12}").isEqualTo(rotated.revision());
    assertThat(rotated.secrets().apiKeys()).containsEntry("cc", "acme");
    assertThat(one.secrets().redisUrl()).isEqualTo("redis://x");
    assertThat(compile(golden().consumer("d", "dan", true, Map.of(), "dd")).workloads())
        .extractingByKey(Worlds.API)
        .extracting(CompiledWorkload::revision)
        .isNotEqualTo(one.revision());
  }

  @Test
  void anEditOfOnePolicyLeavesTheOthersContentAlone() {
    Compilation before = compile(golden());
    Compilation after = compile(golden().policy("third", POLICY.replace("per-user", "all")));
    String key = "RateLimitPolicy/api";
    assertThat(api(after).revision()).isNotEqualTo(api(before).revision());
    assertThat(contents(after)).containsAllEntriesOf(contents(before));
    assertThat(contents(after).get(key)).isNotNull();
  }

  @Test
  void theWayAPeriodIsWrittenIsNoneOfTheCountersBusiness() {
    Snapshot seconds = snapshot(new Worlds().deployment("api").policy("api", POLICY));
    Snapshot hours =
        snapshot(new Worlds().deployment("api").policy("api", POLICY.replace("3600s", "1h")));
    assertThat(seconds).isEqualTo(hours);
    assertThat(hours.policies().getFirst().limits().getFirst().rates().getFirst().counter())
        .isEqualTo("r/api/per-user/FixedWindow/1h/Deployment/api");
  }

  @Test
  void aKeyOfAnUnapprovedSecretDoesNotBorrowAnotherSecretsApproval() {
    Compilation compilation =
        compile(golden().consumer("acme-stolen", "acme", false, Map.of("tier", "platinum"), "ff"));
    CompiledWorkload workload = api(compilation);
    String consumer = workload.secrets().apiKeys().get("ff");
    assertThat(workload.snapshot().consumers())
        .noneMatch(known -> known.name().equals(consumer) && known.approved());
    assertThat(workload.secrets().apiKeys()).containsEntry("aa", "acme");
  }

  @Test
  void noSecretCanBeTheAnonymousConsumer() {
    CompiledWorkload workload =
        api(compile(golden().consumer("x", "anonymous", true, Map.of("tier", "gold"), "99")));
    assertThat(workload.secrets().apiKeys()).doesNotContainKey("99");
    assertThat(workload.snapshot().consumers())
        .filteredOn(consumer -> consumer.name().equals("anonymous"))
        .singleElement()
        .extracting(consumer -> consumer.tiers().get("public"))
        .isEqualTo("rest");
  }

  @Test
  void consumersAreKnownOnlyWhereAPlanNeedsThem() {
    CompiledWorkload workload =
        api(
            compile(
                new Worlds()
                    .deployment("api")
                    .policy("api", POLICY)
                    .consumer("a", "acme", true, Map.of(), "aa")));
    assertThat(workload.snapshot().consumers()).isEmpty();
    assertThat(workload.snapshot().identity()).isNull();
    assertThat(workload.secrets().apiKeys()).isEmpty();
  }

  @Test
  void aDisabledPolicyCompilesToNothingAndBlocksNobody() {
    Compilation compilation =
        compile(
            new Worlds()
                .deployment("api")
                .policy("off", "mode: Disabled\n" + POLICY)
                .policy("on", POLICY));
    assertThat(api(compilation).snapshot().policies())
        .extracting(Snapshot.Policy::name)
        .containsExactly("on");
    assertThat(contents(compilation)).doesNotContainKey("RateLimitPolicy/off");
  }

  @Test
  void injectedPodsWithoutAPolicyGetAnEmptySnapshot() {
    Snapshot snapshot =
        snapshot(new Worlds().deployment("api").pod(Worlds.API, Worlds.injected("api-1")));
    assertThat(snapshot.policies()).isEmpty();
    assertThat(snapshot.plans()).isEmpty();
    assertThat(
            compile(new Worlds().deployment("api").pod(Worlds.API, Worlds.bare("b"))).workloads())
        .isEmpty();
  }

  @Test
  void aBadObjectHarmsOnlyItself() {
    Compilation compilation =
        compile(
            golden()
                .policy("broken", POLICY.replace("3600s", "never").replace("per-user", "other"))
                .plan("broken", PLAN.replace("Europe/Berlin", "Mars/Base")));
    assertThat(api(compilation).snapshot()).isEqualTo(snapshot(golden()));
    assertThat(compilation.policies()).hasSize(3);
  }
}
