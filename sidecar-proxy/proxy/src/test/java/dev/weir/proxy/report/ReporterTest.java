package dev.weir.proxy.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.protocol.FromSidecar.LimitCount;
import dev.weir.protocol.FromSidecar.ProviderHealth;
import dev.weir.protocol.FromSidecar.Report;
import dev.weir.protocol.FromSidecar.StoreHealth;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReporterTest {
  private static final StoreHealth UP = new StoreHealth(true, true, null);
  private static final StoreHealth DOWN = new StoreHealth(true, false, "no answer");

  /** Its loop's time passes only when told. */
  private final EmbeddedChannel time = new EmbeddedChannel();

  private final List<Report> sent = new ArrayList<>();
  private StoreHealth health = UP;
  private long allowed;
  private List<ProviderHealth> providers = List.of();

  private final Reporter reporter =
      new Reporter(
          time.eventLoop(),
          () -> health,
          () -> List.of(new LimitCount("RateLimitPolicy/api", "per-user", allowed, 0)),
          () -> providers);

  ReporterTest() {
    time.freezeTime();
  }

  private void pass(long millis) {
    for (long i = 0; i < millis; i += 50) {
      time.advanceTimeBy(50, TimeUnit.MILLISECONDS);
      time.runScheduledPendingTasks();
    }
  }

  @Test
  void reportsAtOnceAndAtEachHeartbeat() {
    reporter.start(1000, sent::add);
    assertThat(sent).hasSize(1);
    allowed = 7;
    pass(950);
    assertThat(sent).hasSize(1);
    pass(50);
    assertThat(sent).hasSize(2);
    assertThat(sent.getLast().limits())
        .containsExactly(new LimitCount("RateLimitPolicy/api", "per-user", 7, 0));
    pass(5000);
    assertThat(sent).hasSize(7);
  }

  @Test
  void reportsAChangeOfTheStoreBeforeTheHeartbeat() {
    reporter.start(60_000, sent::add);
    health = DOWN;
    pass(200);
    assertThat(sent).extracting(Report::store).containsExactly(UP, DOWN);
    health = new StoreHealth(true, false, "another text");
    pass(1000);
    assertThat(sent).hasSize(2);
    health = UP;
    pass(200);
    assertThat(sent).extracting(Report::store).containsExactly(UP, DOWN, UP);
  }

  @Test
  void providersAreTold() {
    reporter.start(1000, sent::add);
    assertThat(sent.getLast().providers()).isEmpty();
    providers = List.of(new ProviderHealth("chat", "openai", 3, false, "no answer in 20 s", 812));
    pass(1000);
    assertThat(sent.getLast().providers()).isEqualTo(providers);
  }

  @Test
  void takesAnotherIntervalAndIsQuietWithoutAConnection() {
    reporter.every(100);
    pass(1000);
    assertThat(sent).isEmpty();
    reporter.start(60_000, sent::add);
    reporter.every(500);
    pass(500);
    assertThat(sent).hasSize(2);
    reporter.stop();
    reporter.report();
    pass(60_000);
    assertThat(sent).hasSize(2);
  }

  @Test
  void aNewConnectionIsToldEverythingAndTheOldNothing() {
    List<Report> second = new ArrayList<>();
    reporter.start(1000, sent::add);
    reporter.start(1000, second::add);
    pass(1000);
    assertThat(sent).hasSize(1);
    assertThat(second).hasSize(2);
  }

  @Test
  void goesOnAfterASourceFailed() {
    List<StoreHealth> failing = new ArrayList<>(List.of(UP));
    Reporter unlucky =
        new Reporter(time.eventLoop(), failing::removeFirst, List::<LimitCount>of, List::of);
    unlucky.start(1000, sent::add);
    pass(1000);
    assertThat(sent).hasSize(1);
    failing.addAll(List.of(UP, UP, UP, UP, UP, UP, UP, UP, UP, UP));
    pass(1000);
    assertThat(sent).hasSizeGreaterThan(1);
  }
}
