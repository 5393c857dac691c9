package dev.weir.proxy.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.limits.Store;
import dev.weir.protocol.Snapshot.FailureAction;
import dev.weir.protocol.Snapshot.HeaderFormat;
import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.Origin;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.ScriptedStore.Mode;
import dev.weir.proxy.testing.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What limits do to requests on the wire. */
@ExtendWith(Leaks.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what is tested.
class LimitingTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

  @Test
  void responsesTellHowTheLimitStands() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("per-user", 1, Snapshots.BY_USER));
        RawClient client = proxy.client()) {
      client.send(GET);
      assertThat(client.response())
          .isEqualTo(
              "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
                  + "RateLimit-Policy: \"per-user\";q=1;w=3600\r\n"
                  + "RateLimit: \"per-user\";r=0;t=31\r\n"
                  + "X-RateLimit-Limit: 1\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 31\r\n"
                  + "Weir-Revision: r1\r\n\r\nok");
      client.send(GET);
      String body =
          "{\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\","
              + "\"title\":\"Quota exceeded\",\"status\":429,"
              + "\"detail\":\"The limit \\\"per-user\\\" of RateLimitPolicy/api allows 1 requests"
              + " per 1h. Try again in 31 s.\",\"violated-policies\":[\"per-user\"],"
              + "\"policy\":\"RateLimitPolicy/api\",\"limit\":\"per-user\",\"quota\":1,"
              + "\"window\":\"1h\",\"remaining\":0,\"retryAfter\":31}\n";
      assertThat(client.response())
          .isEqualTo(
              "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/problem+json\r\n"
                  + "cache-control: no-store\r\nretry-after: 31\r\n"
                  + ("content-length: " + body.length() + "\r\n")
                  + "RateLimit-Policy: \"per-user\";q=1;w=3600\r\n"
                  + "RateLimit: \"per-user\";r=0;t=31\r\n"
                  + "X-RateLimit-Limit: 1\r\nX-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 31\r\n"
                  + "Weir-Revision: r1\r\n\r\n"
                  + body);
      assertThat(proxy.origin.heads()).hasSize(1);
      assertThat(proxy.counts.counts()).hasSize(1);
      assertThat(proxy.counts.counts().getFirst().allowed()).isEqualTo(1);
      assertThat(proxy.counts.counts().getFirst().limited()).isEqualTo(1);
    }
  }

  @Test
  void fieldsOfTheApplicationStayAndTheTighterOfTwoWins() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 10));
        RawClient client = proxy.client()) {
      proxy.origin.script(
          call ->
              call.say(
                  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nRateLimit: \"app\";r=1\r\n"
                      + "X-RateLimit-Remaining: 3\r\n\r\n"));
      client.send(GET);
      assertThat(client.response())
          .contains("RateLimit: \"app\";r=1\r\n", "RateLimit: \"a\";r=9;t=31\r\n")
          .contains("X-RateLimit-Remaining: 3\r\n")
          .doesNotContain("X-RateLimit-Limit");
    }
  }

  @Test
  void noByteOfARejectedRequestReachesTheApplication() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("none", 0));
        RawClient client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
      assertThat(client.response()).startsWith("HTTP/1.1 429 ").doesNotContain("connection: close");
      client.send("cdPOST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 429 ").contains("connection: close");
      assertThat(proxy.origin.connections()).isZero();
      assertThat(proxy.endings(Ending.LIMITED)).isEqualTo(2);
    }
  }

  @Test
  void bigBodyOfARejectedRequestEndsTheConnection() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("none", 0));
        RawClient client = proxy.client()) {
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
      client.send(new byte[30_000]);
      assertThat(client.rest()).startsWith("HTTP/1.1 429 ").contains("connection: close");
    }
  }

  @Test
  void rejectedExpectationGetsNo100() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("none", 0));
        RawClient client = proxy.client()) {
      client.send(
          "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.rest()).startsWith("HTTP/1.1 429 ").contains("connection: close");
    }
  }

  @Test
  void nothingIsForwardedWhileTheDecisionIsPending() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 1));
        RawClient client = proxy.client()) {
      proxy.store.mode(Mode.PENDING);
      client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab" + GET);
      Awaitility.await().until(() -> proxy.store.waiting() == 1);
      assertThat(proxy.origin.connections()).isZero();
      proxy.store.release();
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      Awaitility.await().until(() -> proxy.store.waiting() == 1);
      proxy.store.release();
      assertThat(client.response()).startsWith("HTTP/1.1 429 ");
    }
  }

  @Test
  void clientMayLeaveWhileTheDecisionIsPending() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 1))) {
      proxy.store.mode(Mode.PENDING);
      try (RawClient client = proxy.client()) {
        client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
        Awaitility.await().until(() -> proxy.store.waiting() == 1);
      }
      Awaitility.await().until(() -> proxy.endings(Ending.CLIENT_ABORTED) == 1);
      proxy.store.release();
      assertThat(proxy.origin.connections()).isZero();
    }
  }

  @Test
  void eachLimitSaysWhatHappensWithoutTheStore() throws Exception {
    try (TestProxy proxy =
            new TestProxy(
                Snapshots.limit("open", Snapshots.ALL, 9, HeaderFormat.BOTH, FailureAction.ALLOW));
        RawClient client = proxy.client()) {
      proxy.store.mode(Mode.FAILING);
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").doesNotContain("RateLimit");
      proxy.apply(
          Snapshots.update(
              "r2",
              Snapshots.limit("open", Snapshots.ALL, 9, HeaderFormat.BOTH, FailureAction.ALLOW),
              Snapshots.limit("shut", 9)));
      client.send(GET);
      assertThat(client.response())
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .contains("retry-after: 1\r\n")
          .contains("#temporary-reduced-capacity")
          .contains("\\\"shut\\\" of RateLimitPolicy/api denies");
      assertThat(proxy.endings(Ending.STORE_UNAVAILABLE)).isEqualTo(1);
    }
  }

  @Test
  void exactlyTheLimitIsAdmittedAmongManyClients() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 100));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> admitted = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        admitted.add(
            clients.submit(
                () -> {
                  int passed = 0;
                  try (RawClient client = proxy.client()) {
                    for (int n = 0; n < 10; n++) {
                      client.send(GET);
                      passed += client.response().startsWith("HTTP/1.1 200 ") ? 1 : 0;
                    }
                  }
                  return passed;
                }));
      }
      int sum = 0;
      for (Future<Integer> passed : admitted) {
        sum += passed.get();
      }
      assertThat(sum).isEqualTo(100);
      assertThat(proxy.origin.heads()).hasSize(100);
      assertThat(proxy.endings(Ending.LIMITED)).isEqualTo(540);
    }
  }

  @Test
  void requestIsDecidedByTheRulesInForceWhenItStarted() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 10));
        RawClient client = proxy.client()) {
      Store before = proxy.policy.store();
      proxy.store.mode(Mode.PENDING);
      client.send(GET);
      Awaitility.await().until(() -> proxy.store.waiting() == 1);
      proxy.apply(Snapshots.update("r2", Snapshots.limit("none", 0)));
      proxy.store.mode(Mode.GIVEN);
      proxy.store.release();
      assertThat(client.response()).startsWith("HTTP/1.1 200 ").contains("Weir-Revision: r1\r\n");
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 429 ").contains("Weir-Revision: r2\r\n");
      assertThat(proxy.policy.store()).isSameAs(before);
    }
  }

  @Test
  void swappingRulesUnderLoadFailsNoRequest() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 1_000_000));
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> lowest = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        lowest.add(
            clients.submit(
                () -> {
                  int last = 0;
                  try (RawClient client = proxy.client()) {
                    for (int n = 0; n < 300; n++) {
                      client.send(GET);
                      String response = client.response();
                      assertThat(response).startsWith("HTTP/1.1 200 ");
                      int at = response.indexOf("Weir-Revision: r") + 16;
                      int revision =
                          Integer.parseInt(response.substring(at, response.indexOf('\r', at)));
                      assertThat(revision).isGreaterThanOrEqualTo(last);
                      last = revision;
                    }
                  }
                  return last;
                }));
      }
      for (int revision = 2; lowest.stream().anyMatch(load -> !load.isDone()); revision++) {
        proxy.apply(Snapshots.update("r" + revision, Snapshots.limit("a", 1_000_000)));
        Thread.onSpinWait();
      }
      for (Future<Integer> load : lowest) {
        load.get();
      }
    }
  }

  @Test
  void applicationThatNeverSawTheRequestIsAskedAgainOnce() throws Exception {
    try (TestProxy proxy = new TestProxy(Snapshots.limit("a", 100));
        RawClient client = proxy.client()) {
      closeAtTheSecondRequest(proxy.origin);
      client.send(GET);
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.response()).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.store.used("a", "")).isEqualTo(2);
      client.send("POST /once HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
      assertThat(client.response()).startsWith("HTTP/1.1 502 ");
      assertThat(proxy.origin.heads().stream().filter(head -> head.contains("/once"))).hasSize(1);
    }
  }

  private static void closeAtTheSecondRequest(Origin origin) {
    ThreadLocal<Boolean> served = ThreadLocal.withInitial(() -> false);
    origin.script(
        call -> {
          if (served.get()) {
            return false;
          }
          served.set(true);
          return Origin.Script.OK.answer(call);
        });
  }
}
