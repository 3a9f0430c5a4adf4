package dev.quota;

import dev.quota.source.PolicyText;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A copy of the last good version of the policies, and of the one before, in files. A copy is
 * written to a temporary file and then moved, so that a crash leaves a complete copy. Its first
 * line has a digest of the rest. Thread-safe.
 */
final class PolicyCopy {

  private static final System.Logger LOG = System.getLogger(Quotas.class.getName());

  private static final Pattern HEADER =
      Pattern.compile(
          "# quota: last good policies, version (\\S+), sha256 ([0-9a-f]{64})"
              + "(?:, rollout (\\S+), bytes (\\d{1,9}))?");

  private final Path file;

  PolicyCopy(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** Returns the copies, the newest first. */
  synchronized List<PolicyText> read() {
    List<PolicyText> kept = new ArrayList<>();
    for (Path path : List.of(file, previous())) {
      try {
        kept.add(read(path));
      } catch (FileNotFoundException e) {
        LOG.log(System.Logger.Level.DEBUG, "There is no copy of policies yet.", e);
      } catch (IOException e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "The copy of the last good policies cannot be read: {0}: {1}",
            path,
            e.getMessage());
      }
    }
    return kept;
  }

  private Path previous() {
    return file.resolveSibling(file.getFileName() + ".previous");
  }

  private static PolicyText read(Path path) throws IOException {
    byte[] all;
    try (FileInputStream stream = new FileInputStream(path.toFile())) {
      all = stream.readAllBytes();
    }
    return read(path.toString(), all);
  }

  private static PolicyText read(String name, byte[] all) throws IOException {
    int end = 0;
    while (end < all.length && all[end] != '\n') {
      end++;
    }
    Matcher header = HEADER.matcher(new String(all, 0, end, StandardCharsets.UTF_8));
    if (!header.matches()) {
      throw new IOException("its first line is not that of a copy");
    }
    int start = Math.min(end + 1, all.length);
    boolean rollout = header.group(3) != null;
    long bytes = rollout ? Long.parseLong(header.group(4)) : all.length - start;
    if (bytes > all.length - start) {
      throw new IOException("it is damaged: its end is missing");
    }
    int last = start + (int) bytes;
    PolicyText text = new PolicyText(name, header.group(1), Arrays.copyOfRange(all, start, last));
    if (!text.digest().equals(header.group(2))) {
      throw new IOException("it is damaged: its digest is another one");
    }
    return rollout
        ? text.rolledOutTo(header.group(3), read(name, Arrays.copyOfRange(all, last, all.length)))
        : text;
  }

  /**
   * Writes a version that is in force. A disk failure is only logged, because the version stays in
   * force.
   */
  synchronized void write(PolicyText text) {
    try {
      if (newest().filter(kept -> isSame(kept, text)).isEmpty()) {
        replace(text);
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The last good policies could not be copied to "
              + file
              + "; a restart may not find them.",
          e);
    }
  }

  private Optional<PolicyText> newest() {
    try {
      return Optional.of(read(file));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "There is no usable copy of policies yet.", e);
      return Optional.empty();
    }
  }

  private static boolean isSame(PolicyText one, PolicyText other) {
    return one.version().equals(other.version())
        && one.digest().equals(other.digest())
        && one.share().equals(other.share())
        && one.before().map(PolicyText::digest).equals(other.before().map(PolicyText::digest));
  }

  private void replace(PolicyText text) throws IOException {
    Path folder = file.resolveSibling(".");
    Files.createDirectories(folder);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(text, bytes);
    Path written = Files.createTempFile(folder, file.getFileName().toString(), ".new");
    try {
      write(written, bytes.toByteArray());
      if (newest().isPresent()) {
        Files.copy(file, previous(), StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /** Writes a text, and after it the one that applies to the rest, if there is one. */
  private static void write(PolicyText text, ByteArrayOutputStream bytes) {
    byte[] content = text.content();
    String rollout =
        text.share().map(share -> ", rollout " + share + ", bytes " + content.length).orElse("");
    bytes.writeBytes(
        ("# quota: last good policies, version "
                + text.version()
                + ", sha256 "
                + text.digest()
                + rollout
                + "\n")
            .getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(content);
    text.before().ifPresent(before -> write(before, bytes));
  }

  /**
   * Forces the bytes to the disk. A move before that could leave an empty file after a crash. An
   * interrupt, which ends the thread of the engine, would close a channel, but closes no stream.
   */
  private static void write(Path path, byte[] content) throws IOException {
    try (FileOutputStream stream = new FileOutputStream(path.toFile())) {
      stream.write(content);
      stream.getFD().sync();
    }
  }
}
