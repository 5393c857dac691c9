package dev.weir.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.e2e.harness.RedisProcess;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.provider.Script;
import dev.weir.e2e.provider.ScriptedProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A sidecar with its image's heap of 32 MiB, which clients must not fill with long questions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeapIT {
  private static final int BROKEN = 0;

  private final HttpClient client = HttpClient.newHttpClient();
  private ScriptedProvider provider;
  private RedisProcess redis;
  private SidecarProcess sidecar;
  private URI url;

  @BeforeAll
  void start() throws Exception {
    Shell shell = new Shell(Map.of());
    InetAddress own = LlmBench.ownAddress();
    provider = new ScriptedProvider(own.getHostAddress(), 1);
    redis =
        RedisProcess.start(
            shell.run("e2e/local-cluster/tool", "redis-server"), own.getHostAddress());
    int port = SidecarProcess.freePort();
    String baseUrl = "http://" + own.getHostAddress() + ":" + provider.port() + "/v1";
    sidecar = new SidecarProcess(LlmBench.update(baseUrl, port, redis.url()), LlmBench.ca(shell));
    url = URI.create("http://127.0.0.1:" + port + "/v1/chat/completions");
  }

  @AfterAll
  void stop() throws IOException {
    sidecar.close();
    redis.close();
    provider.close();
    client.close();
  }

  @Test
  void ofManyLargeQuestionsSomeAreRefusedAndNothingBreaks() throws Exception {
    List<Integer> statuses = together(24, 1, 4_000_000);
    assertThat(statuses).contains(200).isSubsetOf(200, 503, BROKEN);
    assertThat(together(1, 1, 100)).containsExactly(200);
  }

  @Test
  void streamsDoNotHoldTheirQuestions() throws Exception {
    // 30 MB of questions, of which a hundred at a time are being sent.
    List<Future<Integer>> calls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int wave = 1; wave <= 5; wave++) {
        for (int i = 0; i < 100; i++) {
          String id = wave + "-" + i;
          calls.add(threads.submit(() -> ask(id, 200, 60_000)));
        }
        int awaited = 100 * wave;
        Awaitility.await("the calls of wave " + wave + " reach the provider")
            .atMost(Duration.ofMinutes(1))
            .until(() -> provider.open() >= awaited || calls.stream().anyMatch(Future::isDone));
      }
    }
    for (Future<Integer> call : calls) {
      assertThat(call.get()).isEqualTo(200);
    }
  }

  private List<Integer> together(int calls, int events, int bytes) throws Exception {
    List<Future<Integer>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < calls; i++) {
        String id = bytes + "-" + i;
        running.add(threads.submit(() -> ask(id, events, bytes)));
      }
    }
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> call : running) {
      statuses.add(call.get());
    }
    return statuses;
  }

  /** The status; {@link #BROKEN} if the sidecar refused while we were still sending. */
  private int ask(String id, int events, int bytes) throws InterruptedException {
    Script script = Script.named(id, new Script.Numbers(10, 0, 10, 0)).stamped().slow(50, events);
    String body =
        """
        {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"%s %s"}]}\
        """
            .formatted(script.text(), "x".repeat(bytes));
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .header("authorization", "Bearer " + LlmBench.KEY)
            .header("content-type", "application/json")
            .timeout(Duration.ofMinutes(2))
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() == 200) {
        assertThat(answer.body()).contains("[DONE]");
      }
      return answer.statusCode();
    } catch (IOException e) {
      return BROKEN;
    }
  }
}
