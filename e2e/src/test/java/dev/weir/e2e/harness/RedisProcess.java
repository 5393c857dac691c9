package dev.weir.e2e.harness;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** A real redis-server with a password and an append-only file; it can be stopped and frozen. */
public final class RedisProcess implements AutoCloseable {
  private static final String PASSWORD = "e2e-only";

  private final String binary;
  private final String host;
  private final int port;
  private final Path data;
  private Process process;

  private RedisProcess(String binary, String host, int port, Path data) {
    this.binary = binary;
    this.host = host;
    this.port = port;
    this.data = data;
    this.process = launch();
  }

  /** Started and answering on this address, on a free port. */
  public static RedisProcess start(String binary, String host) {
    try {
      RedisProcess redis =
          new RedisProcess(binary, host, freePort(), Files.createTempDirectory("weir-redis"));
      redis.awaitAnswer();
      return redis;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  /** The URL with the password. */
  public String url() {
    return "redis://:" + PASSWORD + "@" + host + ":" + port;
  }

  /** Runs something with a connection. */
  public <T> T ask(Function<RedisCommands<String, String>, T> question) {
    try (RedisClient client = RedisClient.create(url());
        var connection = client.connect()) {
      return question.apply(connection.sync());
    }
  }

  /** Ends the server as an operator of Redis would; data is kept. */
  public void stop() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts it again on the same port with the same data. */
  public void startAgain() {
    process = launch();
    awaitAnswer();
  }

  /** SIGSTOP: connections stay open, nothing is answered. */
  public void freeze() {
    new HostProcess(process.pid()).freeze();
  }

  /** SIGCONT. */
  public void thaw() {
    new HostProcess(process.pid()).thaw();
  }

  /** Ends it; its data and its log go. */
  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
      Folders.delete(data);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process launch() {
    try {
      return new ProcessBuilder(
              List.of(
                  binary,
                  "--bind",
                  "0.0.0.0",
                  "--port",
                  "" + port,
                  "--requirepass",
                  PASSWORD,
                  "--appendonly",
                  "yes",
                  "--appendfsync",
                  "always",
                  "--save",
                  "",
                  "--dir",
                  data.toString(),
                  "--maxmemory-policy",
                  "noeviction"))
          .redirectErrorStream(true)
          .redirectOutput(data.resolve("log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitAnswer() {
    Awaitility.await("redis-server answers, log in " + data)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> "PONG".equals(ask(RedisCommands::ping)));
  }
}
