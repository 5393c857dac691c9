package dev.weir.e2e.bench;

import dev.weir.e2e.harness.RedisProcess;
import dev.weir.e2e.harness.Shell;
import dev.weir.e2e.provider.Script;
import dev.weir.e2e.provider.ScriptedProvider;
import dev.weir.protocol.FromOperator;
import dev.weir.protocol.Secrets;
import dev.weir.protocol.Snapshot;
import dev.weir.protocol.Snapshot.FailureAction;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prints how long events take from the provider to the client, direct and through the sidecar. */
final class LlmBench {
  static final String KEY = "bench-key";
  private static final Script.Numbers NUMBERS = new Script.Numbers(100, 0, 100, 0);
  private static final int SINGLE = 300;
  private static final int STREAMS = 200;
  private static final int EVENTS = 100;
  private static final int PAUSE_MILLIS = 100;

  private LlmBench() {}

  public static void main(String[] arguments) throws Exception {
    // The sidecar refuses loopback; so the provider and Redis are at this machine's own address.
    InetAddress own = ownAddress();
    Shell shell = new Shell(Map.of());
    try (ScriptedProvider provider = new ScriptedProvider(own.getHostAddress(), 1);
        RedisProcess redis =
            RedisProcess.start(
                shell.run("e2e/local-cluster/tool", "redis-server"), own.getHostAddress())) {
      int port = SidecarProcess.freePort();
      String url = "http://" + own.getHostAddress() + ":" + provider.port() + "/v1";
      InetSocketAddress direct = new InetSocketAddress(own, provider.port());
      InetSocketAddress through = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      try (SidecarProcess _ = new SidecarProcess(update(url, port, redis.url()), ca(shell))) {
        one(direct, SINGLE); // Warm.
        one(through, SINGLE);
        System.out.printf(
            "%d processors, one event loop; each call is decided and charged in Redis%n%n",
            Runtime.getRuntime().availableProcessors());
        System.out.printf(
            "%-58s %9s %9s %9s%n", "milliseconds after the provider sent it", "p50", "p99", "max");
        print("first token, one stream after the other, direct", firsts(one(direct, SINGLE)));
        print("first token, one stream after the other, sidecar", firsts(one(through, SINGLE)));
        List<long[]> directAll = together(direct);
        List<long[]> throughAll = together(through);
        print("first token, " + STREAMS + " streams at once, direct", firsts(directAll));
        print("first token, " + STREAMS + " streams at once, sidecar", firsts(throughAll));
        print("every event, " + STREAMS + " streams at once, direct", all(directAll));
        print("every event, " + STREAMS + " streams at once, sidecar", all(throughAll));
        System.out.printf(
            "%n%d streams of %d events, one each %d ms; max is the longest stall of any event%n",
            STREAMS, EVENTS, PAUSE_MILLIS);
      }
    }
  }

  private static List<long[]> one(InetSocketAddress address, int calls) throws Exception {
    List<long[]> delays = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      delays.add(
          StampedStream.delays(address, Script.named("one", NUMBERS).stamped().slow(2, 3), KEY));
    }
    return delays;
  }

  private static List<long[]> together(InetSocketAddress address) throws Exception {
    List<Future<long[]>> streams = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STREAMS; i++) {
        Script script = Script.named("s" + i, NUMBERS).stamped().slow(PAUSE_MILLIS, EVENTS);
        streams.add(threads.submit(() -> StampedStream.delays(address, script, KEY)));
      }
    }
    List<long[]> delays = new ArrayList<>();
    for (Future<long[]> stream : streams) {
      delays.add(stream.get());
    }
    return delays;
  }

  private static long[] firsts(List<long[]> streams) {
    return streams.stream().mapToLong(delays -> delays[0]).toArray();
  }

  private static long[] all(List<long[]> streams) {
    return streams.stream().flatMapToLong(Arrays::stream).toArray();
  }

  private static void print(String what, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        "%-58s %9.3f %9.3f %9.3f%n",
        what,
        nanos[nanos.length / 2] / 1e6,
        nanos[Math.ceilDiv(nanos.length * 99, 100) - 1] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }

  static InetAddress ownAddress() throws Exception {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
        .filter(address -> !address.isLinkLocalAddress())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this machine has no address but loopback"));
  }

  /** One quota of tokens, so that calls are decided before and charged after. */
  static FromOperator.Update update(String url, int port, String redis) throws Exception {
    Snapshot.Quota quota =
        new Snapshot.Quota(
            "monthly",
            "q/bench/all/monthly/Month/Tokens",
            Snapshot.Unit.TOKENS,
            1_000_000_000_000L,
            new Snapshot.Window(Snapshot.Period.MONTH, "UTC", 1));
    Snapshot.Route route =
        new Snapshot.Route(
            "bench",
            port,
            false,
            "u/bench",
            Snapshot.HeaderFormat.OPEN_AI,
            new Snapshot.Timeouts(5_000, 60_000, 60_000, 600_000),
            List.of(
                new Snapshot.Provider(
                    "mock",
                    Snapshot.ProviderType.OPEN_AI_COMPATIBLE,
                    url,
                    true,
                    new Snapshot.ProviderLedger("p/requests/mock", "p/errors/mock"))),
            List.of(
                new Snapshot.Model(
                    "gpt-4o",
                    List.of(),
                    "mock",
                    "gpt-4o",
                    null,
                    null,
                    new Snapshot.ModelLedger(
                        "m/requests/gpt-4o",
                        "m/input/-/gpt-4o",
                        "m/cachedInput/-/gpt-4o",
                        "m/output/-/gpt-4o",
                        "m/reasoning/-/gpt-4o",
                        "m/estimated/gpt-4o"))),
            List.of(),
            List.of(
                new Snapshot.Plan(
                    "bench",
                    List.of(new Snapshot.Tier("all", List.of(quota))),
                    FailureAction.DENY)),
            new Snapshot.Identity(
                List.of(new Snapshot.ApiKeyLocation("authorization", "Bearer")), false),
            List.of(new Snapshot.Consumer("bench", true, Map.of("bench", "all"))));
    String hash =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256")
                    .digest(KEY.getBytes(StandardCharsets.US_ASCII)));
    return new FromOperator.Update(
        "bench",
        "bench",
        new Snapshot(
            "bench/Deployment/bench",
            "bench",
            5_000,
            new Snapshot.StoreSettings(1_000),
            List.of(),
            List.of(),
            null,
            List.of(),
            List.of(route)),
        new Secrets(redis, Map.of(hash, "bench"), Map.of("bench/mock", "provider-key")),
        null);
  }

  /** Any certificate: the sidecar wants one, and never meets the operator here. */
  static String ca(Shell shell) {
    return shell.run(
        "bash",
        "-c",
        """
        set -e
        dir=$(mktemp -d)
        trap 'rm -rf "$dir"' EXIT
        keytool() { "$0/bin/keytool" "$@" -alias ca -storepass bench-only -keystore "$dir/ca.p12"; }
        keytool -genkeypair -keyalg EC -dname CN=bench 2>"$dir/log"
        keytool -exportcert -rfc 2>"$dir/log"
        """,
        System.getProperty("java.home"));
  }
}
