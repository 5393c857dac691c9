package dev.weir.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.Outcome.ChargeState;
import dev.weir.limits.testing.RedisServer;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The same decisions in memory and in Redis; windows and rates are too long to change meanwhile.
 */
class DifferentialIT {

  private final RedisCase shop = new RedisCase(RedisServer.start());

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void memoryAndRedis_decideAlike() {
    long year = 366L * 24 * Cases.HOUR;
    for (long seed = 1; seed <= 40; seed++) {
      Random random = new Random(seed);
      List<RedisStore> stores = List.of(shop.store(), shop.store());
      MemoryStore memory = new MemoryStore();
      for (int step = 0; step < 40; step++) {
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          if (random.nextBoolean()) {
            // Limits change while it runs; what was used stays.
            long limit = random.nextInt(30);
            LimitSpec spec =
                switch (i) {
                  case 0 -> new LimitSpec.FixedWindow(limit, year);
                  case 1 ->
                      new LimitSpec.CalendarWindow(limit, CalendarUnit.YEAR, ZoneId.of("UTC"), 1);
                  default -> new LimitSpec.TokenBucket(1 + i, 3 * year, 20 + limit);
                };
            Counter counter = new Counter(seed + "/" + i, spec, i == 1);
            String subject = "u" + random.nextInt(2);
            long cost = random.nextInt(6);
            long needs = cost + (random.nextBoolean() ? 0 : random.nextInt(3));
            charges.add(new Charge(counter, subject, cost, needs, false));
          }
        }
        RedisStore asked = stores.get(random.nextInt(2));
        if (random.nextInt(3) == 0) {
          // Sent before the decision or with it, so that this and later ones see it.
          memory.settle(charges);
          asked.settle(charges);
        }
        Outcome expected = Cases.given(memory, charges.toArray(Charge[]::new));
        Outcome actual = RedisCase.outcome(asked, charges.toArray(Charge[]::new));
        String where = "seed " + seed + ", step " + step + ": " + charges;
        assertThat(actual.verdict()).as(where).isEqualTo(expected.verdict());
        assertThat(actual.states())
            .as(where)
            .extracting(ChargeState::fits)
            .isEqualTo(expected.states().stream().map(ChargeState::fits).toList());
        assertThat(actual.states())
            .as(where)
            .extracting(ChargeState::remaining)
            .isEqualTo(expected.states().stream().map(ChargeState::remaining).toList());
      }
      stores.forEach(RedisStore::close);
    }
  }
}
