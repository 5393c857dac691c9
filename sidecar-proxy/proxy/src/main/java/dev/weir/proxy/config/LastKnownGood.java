package dev.weir.proxy.config;

import dev.weir.protocol.FromOperator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last snapshot that was put in force, in a file that outlives the process. It holds secrets:
 * the directory is memory-backed and mounted into the sidecar only, the file is its owner's only.
 * Blocks; one thread at a time.
 */
final class LastKnownGood {
  private static final Logger log = LoggerFactory.getLogger(LastKnownGood.class);

  private final Path file;
  private final Path staged;

  LastKnownGood(Path directory) {
    this.file = directory.resolve("snapshot.json");
    this.staged = directory.resolve("snapshot.json.new");
  }

  /** What was stored last, or null when there is nothing or nothing that can be read. */
  FromOperator.@Nullable Update load() {
    try {
      return Frames.update(Frames.tree(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException | RefusedException e) {
      log.warn("Ignored the stored snapshot {}: {}", file, e.getMessage());
      return null;
    }
  }

  /** Writes the update beside the stored one, so that only {@link #commit} is left to do. */
  void stage(FromOperator.Update update) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(Frames.write(update));
    Files.deleteIfExists(staged);
    try (SeekableByteChannel out =
        Files.newByteChannel(
            staged,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    }
  }

  /** Replaces what was stored by what was staged, at once and whole. */
  void commit() throws IOException {
    Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets what was staged. */
  void discard() {
    try {
      Files.deleteIfExists(staged);
    } catch (IOException e) {
      log.warn("Could not delete {}: {}", staged, e.toString());
    }
  }
}
