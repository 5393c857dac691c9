package dev.weir.e2e;

import dev.weir.e2e.harness.Chat;
import dev.weir.e2e.harness.Chat.Mode;
import dev.weir.e2e.provider.Script;
import dev.weir.e2e.provider.Script.Numbers;
import dev.weir.e2e.provider.Script.Usage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Calls of all kinds, good and bad, numbered; even numbers go to the first of two addresses. */
final class MixedCalls {
  /** At the same time. */
  static final int WORKERS = 16;

  private final String[] addresses;
  private final String key;
  private final long seed;

  MixedCalls(String[] addresses, String key, long seed) {
    this.addresses = addresses;
    this.key = key;
    this.seed = seed;
  }

  /** Makes the calls with these numbers; an accident happens in the middle. */
  void make(int from, int to, Runnable accident) throws Exception {
    AtomicInteger next = new AtomicInteger(from);
    List<Future<?>> ends = new ArrayList<>();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WORKERS; i++) {
        ends.add(
            workers.submit(
                () -> {
                  for (int n = next.getAndIncrement(); n < to; n = next.getAndIncrement()) {
                    if (n == (from + to) / 2) {
                      accident.run();
                    }
                    call(n);
                  }
                  return null;
                }));
      }
    }
    for (Future<?> end : ends) {
      end.get();
    }
  }

  /** Kinds of calls take turns; numbers, and where bytes are cut, depend on the seed. */
  private Script script(int n) {
    Random random = new Random(seed + n);
    long input = 20 + random.nextLong(400);
    long output = 10 + random.nextLong(300);
    Numbers numbers = new Numbers(input, random.nextLong(input), output, random.nextLong(output));
    Script plain = Script.named("c" + n, numbers);
    return switch (n / 2 % 10) {
      case 0, 1 -> plain;
      case 2 -> plain.withUsage(Usage.EVERY);
      case 3 -> plain.withUsage(Usage.CONTENT).torn();
      case 4 -> plain.withUsage(Usage.NONE);
      case 5 -> plain.withStatus(500);
      case 6 -> plain.torn();
      case 7 -> plain.slow(40, 20);
      case 8 -> plain.slow(20, 20).torn();
      default -> plain.slow(200, 8);
    };
  }

  private void call(int n) throws InterruptedException {
    Chat chat = new Chat("http://" + addresses[n % 2] + ":15080/v1", key);
    String text = script(n).text();
    for (; ; ) {
      try {
        Mode either = n / 20 % 2 == 0 ? Mode.PLAIN : Mode.STREAM;
        boolean answered =
            switch (n / 2 % 10) {
              case 0, 5 -> isAnswered(chat.ask(Mode.PLAIN, text));
              case 1 -> isAnswered(chat.ask(Mode.STREAM_USAGE, text));
              case 4 -> isAnswered(chat.ask(either, text));
              case 6 -> isAnswered(chat.ask(Mode.STREAM_NO_USAGE, text));
              case 8 -> chat.hangUpAfter(Mode.STREAM, text, 300);
              case 9 -> chat.hangUpAfter(either, text, Duration.ofMillis(100));
              default -> isAnswered(chat.ask(Mode.STREAM, text));
            };
        if (answered) {
          return;
        }
        Thread.sleep(200);
      } catch (ConnectException | HttpConnectTimeoutException e) {
        Thread.sleep(200); // The killed sidecar is not back yet: nothing was asked.
      } catch (IOException e) {
        return; // Broken in the middle, by the kill: nobody knows what was asked.
      }
    }
  }

  /** 503 comes from a sidecar that has no snapshot yet; nothing was asked then. */
  private static boolean isAnswered(HttpResponse<String> response) {
    return response.statusCode() != 503;
  }
}
