package dev.quota.source;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Waits for changes in the folders of a file: the folder of its path, and the folder of its target
 * if it is a symbolic link. If the operating system reports no changes, it waits for the whole
 * time. Not thread-safe, except for {@link #close}.
 */
final class FolderWatch implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(FolderWatch.class.getName());

  private final Path file;
  private Optional<WatchService> service = Optional.empty();
  private boolean started;
  private boolean closed;

  FolderWatch(Path file) {
    this.file = file;
  }

  /** Waits for a change, and at most for a time. */
  void await(Duration atMost) throws InterruptedException {
    Optional<WatchService> watching = watching();
    if (watching.isEmpty()) {
      Thread.sleep(atMost.toMillis());
      return;
    }
    try {
      // Registering a folder twice changes nothing. A folder that was replaced is a new one.
      folders().forEach(folder -> register(folder, watching.get()));
      WatchKey key = watching.get().poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
      while (key != null) {
        key.pollEvents();
        key.reset();
        key = watching.get().poll();
      }
    } catch (ClosedWatchServiceException e) {
      throw new InterruptedException("closed");
    }
  }

  private synchronized Optional<WatchService> watching() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("closed");
    }
    if (!started) {
      started = true;
      service = start(file.getFileSystem());
    }
    return service;
  }

  private static Optional<WatchService> start(FileSystem files) {
    try {
      return Optional.of(files.newWatchService());
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "The operating system does not tell of changes of policy files; they are read at an"
              + " interval.");
      LOG.log(System.Logger.Level.DEBUG, "There is no watch service.", e);
      return Optional.empty();
    }
  }

  private Set<Path> folders() {
    Set<Path> folders = new LinkedHashSet<>();
    addFolder(folders, file);
    try {
      addFolder(folders, file.toRealPath());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The file is not there at the moment.", e);
    }
    return folders;
  }

  private static void addFolder(Set<Path> folders, Path file) {
    Path folder = file.getParent();
    if (folder != null) {
      folders.add(folder);
    }
  }

  private static void register(Path folder, WatchService service) {
    try {
      folder.register(
          service,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(System.Logger.Level.DEBUG, "This folder cannot be watched.", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    service.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "The watch service could not be closed.", e);
          }
        });
  }
}
