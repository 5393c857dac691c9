package dev.weir.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.proxy.exchange.Ending;
import dev.weir.proxy.llm.CallEnding;
import dev.weir.proxy.policy.Counts;
import dev.weir.proxy.policy.LivePolicy;
import dev.weir.proxy.policy.Tokens;
import dev.weir.proxy.testing.Leaks;
import dev.weir.proxy.testing.RawClient;
import dev.weir.proxy.testing.ScriptedStore;
import dev.weir.proxy.testing.Snapshots;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leaks.class)
class AdminServerTest {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ScriptedStore store = new ScriptedStore();
  private final Counts counts = new Counts();
  private final LivePolicy policy = new LivePolicy(where -> store, counts, old -> {});
  private final Metrics metrics = new Metrics(policy, counts);
  private volatile boolean drained;
  private AdminServer admin;

  @BeforeEach
  void bind() throws Exception {
    Health health =
        new Health() {
          @Override
          public boolean started() {
            return policy.rules() != null;
          }

          @Override
          public boolean ready() {
            return started() && !drained;
          }

          @Override
          public void drain() {
            drained = true;
          }
        };
    admin = AdminServer.bind(group, NioServerSocketChannel.class, 0, health, metrics, "token");
  }

  @AfterEach
  void close() {
    admin.close();
    group.shutdownGracefully(1, 5000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }

  @Test
  void probesFollowTheSidecarsLife() throws Exception {
    assertThat(get("/livez")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/startupz")).startsWith("HTTP/1.1 503 ");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ");
    policy.apply(Snapshots.update("r1", Snapshots.limit("a", 1)));
    assertThat(get("/startupz")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/drain/")).startsWith("HTTP/1.1 404 ");
    assertThat(get("/drain/tokem")).startsWith("HTTP/1.1 404 ");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/drain/token")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/readyz")).startsWith("HTTP/1.1 503 ");
    assertThat(get("/livez")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/else")).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void metricsNameLimitsAndTheRevisionInForce() throws Exception {
    assertThat(get("/metrics")).contains("weir_store_available 0.0\n").doesNotContain("revision=");
    policy.apply(Snapshots.update("r1", Snapshots.limit("a", 1)));
    get("/metrics");
    policy.apply(Snapshots.update("r2", Snapshots.limit("a", 1)));
    metrics.ended(Ending.LIMITED);
    assertThat(get("/metrics"))
        .contains("weir_store_available 1.0\n")
        .contains("weir_requests_total{outcome=\"limited\"} 1.0\n")
        .contains("weir_revision{revision=\"r2\"} 1.0\n")
        .doesNotContain("r1")
        .contains("limit=\"a\",policy=\"RateLimitPolicy/api\",verdict=\"allowed\"} 0.0\n");
  }

  @Test
  void metricsOfCallsNameRoutesProvidersAndModels() throws Exception {
    CallMetrics calls = metrics.calls();
    calls.ended("chat", "mock", CallEnding.ANSWERED);
    calls.answered("chat", "mock", 30_000_000);
    calls.used("chat", "gpt", new Tokens(10, 4, 6, 2), true);
    calls.used("chat", "gpt", new Tokens(1, 0, 0, 0), false);
    calls.calls(1);
    calls.drains(1);
    calls.drains(-1);
    assertThat(get("/metrics"))
        .contains("weir_llm_calls_total{outcome=\"answered\",provider=\"mock\",route=\"chat\"} 1.0")
        .contains("weir_llm_answer_seconds_bucket{provider=\"mock\",route=\"chat\",le=\"0.025\"} 0")
        .contains("weir_llm_answer_seconds_bucket{provider=\"mock\",route=\"chat\",le=\"0.1\"} 1")
        .contains("weir_llm_tokens_total{kind=\"input\",model=\"gpt\",route=\"chat\"} 7.0")
        .contains("weir_llm_tokens_total{kind=\"cached_input\",model=\"gpt\",route=\"chat\"} 4.0")
        .contains("weir_llm_tokens_total{kind=\"output\",model=\"gpt\",route=\"chat\"} 4.0")
        .contains("weir_llm_tokens_total{kind=\"reasoning\",model=\"gpt\",route=\"chat\"} 2.0")
        .contains("weir_llm_tokens_estimated_total{model=\"gpt\",route=\"chat\"} 16.0")
        .contains("weir_llm_calls_open 1.0")
        .contains("weir_llm_drains_total 1.0")
        .contains("weir_llm_drains_open 0.0");
  }

  private String get(String path) throws IOException {
    try (RawClient client = new RawClient(admin.port())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
      return client.response();
    }
  }
}
