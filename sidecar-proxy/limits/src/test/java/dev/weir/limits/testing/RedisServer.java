package dev.weir.limits.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One redis-server on a free port of 127.0.0.1, with its data in a folder of its own. */
public final class RedisServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(List<String> options) {
    try {
      this.folder = Files.createTempDirectory("weir-redis");
      try (ServerSocket free = new ServerSocket(0)) {
        this.port = free.getLocalPort();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.options = List.copyOf(options);
    this.process = launch();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
  }

  /** Without persistence. Further options as on redis-server's command line. */
  public static RedisServer start(String... options) {
    return new RedisServer(List.of(options));
  }

  /** With an append-only file that is synced on every write. */
  public static RedisServer startWithAof() {
    return start("--appendonly", "yes", "--appendfsync", "always");
  }

  private Process launch() {
    List<String> command = new ArrayList<>(RedisBinary.command());
    command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--save", "", "--dir", folder.toString()));
    command.addAll(options);
    try {
      Process launched =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("redis.log").toFile()))
              .start();
      awaitListening(launched);
      return launched;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitListening(Process launched) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (RedisCommands commands = new RedisCommands(port)) {
        String answer = commands.text("PING");
        if (!answer.startsWith("-LOADING")) {
          return;
        }
      } catch (UncheckedIOException e) {
        if (!launched.isAlive() || System.nanoTime() > deadline) {
          launched.destroyForcibly();
          throw new IllegalStateException(
              "redis-server does not listen:\n" + Files.readString(folder.resolve("redis.log")), e);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for redis-server", e);
    }
  }

  public int port() {
    return port;
  }

  /** URL without a password. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** A connection of its own for commands by hand. */
  public RedisCommands commands() {
    return new RedisCommands(port);
  }

  /** Ends the server in order; its data stays for {@link #startAgain()}. */
  public void stop() {
    process.destroy();
    ended();
  }

  /** Ends the server with SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    ended();
  }

  private void ended() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis-server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while redis-server ends", e);
    }
  }

  /** Starts the ended server on its port with its data. */
  public void startAgain() {
    process = launch();
  }

  /** SIGSTOP: connections stay, nothing answers. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int exit =
          new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + name + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sending " + name, e);
    }
  }

  @Override
  public void close() {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
