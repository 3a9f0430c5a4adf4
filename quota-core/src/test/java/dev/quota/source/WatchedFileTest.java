package dev.quota.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class WatchedFileTest {

  @TempDir private Path folder;
  private final AtomicReference<WatchedFile> opened = new AtomicReference<>();

  @AfterEach
  void close() {
    if (opened.get() != null) {
      opened.get().close();
    }
  }

  /** A source that finds changes only by what the operating system tells. */
  private WatchedFile watched(Path file) {
    opened.set(
        PolicySource.file(file).interval(Duration.ofMinutes(10)).settleTime(Duration.ofMillis(1)));
    return opened.get();
  }

  private interface Change {
    void make() throws IOException;
  }

  private static void awaitsChange(WatchedFile source, Change change) throws Exception {
    CompletableFuture<Boolean> changed =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return source.awaitChange();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    // It watches from its first wait on; what changes before that is told by the next one.
    while (!changed.isDone()) {
      change.make();
      changed.completeOnTimeout(null, 100, TimeUnit.MILLISECONDS);
      if (changed.handle((done, failure) -> done).get() == null) {
        awaitsChange(source, change);
        return;
      }
    }
    assertThat(changed.get()).isTrue();
  }

  private static String text(PolicySource source) throws IOException {
    return source.read().toString();
  }

  @Test
  void aFileThatIsReplacedByARenameIsNoticed() throws Exception {
    Path file = Files.writeString(folder.resolve("quotas.yaml"), "one");
    WatchedFile source = watched(file);
    awaitsChange(
        source,
        () -> {
          Path written = Files.writeString(folder.resolve("quotas.yaml.tmp"), "two");
          Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        });
    assertThat(text(source)).isEqualTo("two");
  }

  @Test
  void aLinkOfKubernetesThatIsSwappedIsNoticed() throws Exception {
    Files.createDirectory(folder.resolve("..1"));
    Files.writeString(folder.resolve("..1/quotas.yaml"), "one");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
    Path file =
        Files.createSymbolicLink(folder.resolve("quotas.yaml"), Path.of("..data/quotas.yaml"));
    WatchedFile source = watched(file);
    assertThat(text(source)).isEqualTo("one");
    awaitsChange(
        source,
        () -> {
          Files.createDirectories(folder.resolve("..2"));
          Files.writeString(folder.resolve("..2/quotas.yaml"), "two");
          Files.deleteIfExists(folder.resolve("..data_tmp"));
          Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..2"));
          Files.move(
              folder.resolve("..data_tmp"),
              folder.resolve("..data"),
              StandardCopyOption.ATOMIC_MOVE);
        });
    assertThat(text(source)).isEqualTo("two");
  }

  @Test
  void aLinkIntoAnotherFolderIsNoticed() throws Exception {
    Path real = Files.createDirectories(folder.resolve("real")).resolve("q.yaml");
    Files.writeString(real, "one");
    Path link =
        Files.createSymbolicLink(
            Files.createDirectories(folder.resolve("app")).resolve("quotas.yaml"), real);
    WatchedFile source = watched(link);
    awaitsChange(source, () -> Files.writeString(real, "two"));
    assertThat(text(source)).isEqualTo("two");
  }

  @Test
  void anEditorThatRenamesTheOldFileAndWritesANewOneIsNoticed() throws Exception {
    Path file = Files.writeString(folder.resolve("quotas.yaml"), "one");
    WatchedFile source = watched(file);
    awaitsChange(
        source,
        () -> {
          Path backup = folder.resolve("quotas.yaml~");
          Files.move(file, backup, StandardCopyOption.REPLACE_EXISTING);
          Files.writeString(file, "two");
          Files.delete(backup);
        });
    assertThat(text(source)).isEqualTo("two");
  }

  @Test
  void aFileThatIsBeingWrittenIsReadWhenItIsWhole() throws Exception {
    Path file = Files.writeString(folder.resolve("quotas.yaml"), "first half, ");
    WatchedFile source = watched(file).settleTime(Duration.ofSeconds(1));
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.writeString(file, "second half", StandardOpenOption.APPEND);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread reader = Thread.currentThread();
    Thread starter =
        new Thread(
            () -> {
              while (reader.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
              }
              writer.start();
            });
    starter.start();
    assertThat(text(source)).isEqualTo("first half, second half");
    source.close();
  }

  @Test
  void aFileThatIsReplacedAllTheTimeIsReadAsItWasOpened() throws Exception {
    Path file = Files.writeString(folder.resolve("quotas.yaml"), "version 0");
    WatchedFile source = watched(file).settleTime(Duration.ofMillis(50));
    Thread replacing =
        new Thread(
            () -> {
              try {
                for (int i = 1; !Thread.currentThread().isInterrupted(); i++) {
                  Path written = Files.writeString(folder.resolve("next"), "version " + i);
                  Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
                }
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            });
    replacing.start();
    try {
      assertThat(text(source)).matches("version \\d+");
      assertThat(text(source)).matches("version \\d+");
    } finally {
      replacing.interrupt();
      replacing.join();
      source.close();
    }
  }

  @Test
  void whyAFileCannotBeReadIsSaid() throws Exception {
    assertThatThrownBy(() -> watched(folder.resolve("none")).read())
        .hasMessage("there is no such file");
    assertThatThrownBy(() -> watched(folder.resolve("none/quotas.yaml")).read())
        .hasMessage("there is no such file");
    assertThatThrownBy(() -> watched(folder).read()).hasMessage("it is no regular file");
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> watched(pipe).read()).hasMessage("it is no regular file");
  }

  @Test
  void theVersionIsTheBeginningOfTheDigestOfTheFile() throws Exception {
    Path file = Files.writeString(folder.resolve("quotas.yaml"), "abc");
    PolicyText text = watched(file).read();
    assertThat(text.digest())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(text.version()).isEqualTo("ba7816bf8f01");
    assertThat(text.content()).isEqualTo("abc".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFileOfTheClassPathIsReadOnce() throws Exception {
    PolicySource source = PolicySource.classPath("dev/quota/source/WatchedFileTest.class");
    assertThat(source.read().content()).startsWith(0xCA, 0xFE, 0xBA, 0xBE);
    assertThat(source.awaitChange()).isFalse();
    assertThatThrownBy(() -> PolicySource.classPath("none.yaml").read())
        .hasMessage("there is no such file on the class path");
  }
}
