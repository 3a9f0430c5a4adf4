package dev.quota.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * A policy file that is read again when it changes. It may be replaced by a rename or written in
 * place. It may also be a symbolic link that is changed to another file, as Kubernetes does with a
 * ConfigMap. The operating system reports changes. The file is also read at an interval, because
 * some file systems report nothing.
 *
 * <p>A file that is being written is not used. It is read twice, and is used if nothing was written
 * between the two reads. Replace it by a rename if it is written slowly. The settings are
 * immutable.
 */
public final class WatchedFile implements PolicySource {

  /** One byte more than a policy file may have, so that a larger file is refused. */
  static final int MOST_BYTES = (1 << 20) + 1;

  private static final int MOST_READS = 50;
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Path file;
  private final Duration interval;
  private final Duration settleTime;
  private final FolderWatch watch;

  WatchedFile(Path file, Duration interval, Duration settleTime) {
    this.file = file;
    this.interval = interval;
    this.settleTime = settleTime;
    this.watch = new FolderWatch(file.toAbsolutePath());
  }

  /**
   * Sets how often the file is read if the operating system reports no change.
   *
   * @param time 1 ms to 1 hour; by default 1 s
   * @return a source for the same file
   * @throws IllegalArgumentException if the time is out of range
   */
  public WatchedFile interval(Duration time) {
    return new WatchedFile(file, required("time", time), settleTime);
  }

  /**
   * Sets how long a file must stay the same before it is used.
   *
   * @param time 1 ms to 1 hour; by default 50 ms
   * @return a source for the same file
   * @throws IllegalArgumentException if the time is out of range
   */
  public WatchedFile settleTime(Duration time) {
    return new WatchedFile(file, interval, required("time", time));
  }

  private static Duration required(String name, Duration time) {
    if (time.toMillis() < 1 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " must be from 1 ms to 1 hour, was " + time);
    }
    return time;
  }

  @Override
  public String name() {
    return "file " + file;
  }

  @Override
  public PolicyText read() throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // Opening a pipe would block until somebody writes to it.
      throw new IOException("it is no regular file");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      return PolicyText.of(file.toString(), settled(channel));
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new IOException("there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException("the file may not be read by this process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the file could not be read: the thread was interrupted", e);
    }
  }

  /**
   * Reads an open file until it stays the same. It is not affected by another file that takes its
   * name meanwhile, so files that are often replaced are used too.
   */
  private byte[] settled(FileChannel channel) throws IOException, InterruptedException {
    byte[] before = content(channel);
    for (int i = 0; i < MOST_READS; i++) {
      Thread.sleep(settleTime.toMillis());
      byte[] now = content(channel);
      if (Arrays.equals(before, now)) {
        return now;
      }
      before = now;
    }
    throw new IOException("the file is being written all the time");
  }

  private static byte[] content(FileChannel channel) throws IOException {
    // Closing the stream would close the channel.
    InputStream bytes = Channels.newInputStream(channel.position(0));
    return bytes.readNBytes(MOST_BYTES);
  }

  @Override
  public boolean awaitChange() throws InterruptedException {
    watch.await(interval);
    return true;
  }

  @Override
  public void close() {
    watch.close();
  }
}
