package dev.quota.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the policies of an engine come from: {@code Quotas.builder().policySource(…)}. The engine
 * asks it at the start, and again whenever it says that something may have changed. A version that
 * cannot be used is refused as a whole, and the last good one stays.
 *
 * <p>One thread of the engine calls {@link #awaitChange}. {@link #read} and {@link #close} may be
 * called by others meanwhile.
 */
public interface PolicySource extends AutoCloseable {

  /**
   * Returns what log and status call this source.
   *
   * @return such as {@code file /etc/app/quotas.yaml}
   */
  String name();

  /**
   * Reads the version that is to be in force.
   *
   * @return the text
   * @throws IOException if there is none, or the source cannot be read at the moment; the message
   *     says why, in words for an operator
   */
  PolicyText read() throws IOException;

  /**
   * Waits until something may have changed. The engine reads after that in any case, so a change
   * that was missed is found with the next call.
   *
   * @return false if nothing ever changes, so that nobody needs to ask again
   * @throws InterruptedException if the engine is closed
   */
  boolean awaitChange() throws InterruptedException;

  /** Releases what this source holds. */
  @Override
  void close();

  /**
   * Watches a file.
   *
   * @param file a policy file; it may be a symbolic link, and be replaced in any way
   * @return the source, with the settings of {@link WatchedFile}
   */
  static WatchedFile file(Path file) {
    return new WatchedFile(file, Duration.ofSeconds(1), Duration.ofMillis(50));
  }

  /**
   * Reads a file of the class path once, with the class loader of the calling thread.
   *
   * @param resource such as {@code quotas.yaml}
   * @return the source
   */
  static PolicySource classPath(String resource) {
    return new ClassPathFile(resource);
  }
}
