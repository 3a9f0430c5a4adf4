package dev.quota.redis;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A second JVM with the class path of the tests, which talks in lines: what it prints comes here,
 * what is sent here it reads. It ends with the test; its main should also end when its input does.
 */
final class ChildJvm implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path errors = TestFiles.directory("quota-child").resolve("errors");
  private final Process process;
  private final BufferedWriter out;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread reader;

  private ChildJvm(List<String> command) throws IOException {
    process = KilledAtExit.add(new ProcessBuilder(command).redirectError(errors.toFile()).start());
    out =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    reader = new Thread(this::read, "child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a JVM.
   *
   * @param main a class with a main method, of any visibility
   * @param arguments for that method
   */
  static ChildJvm start(Class<?> main, String... arguments) {
    return start(List.of(), main, arguments);
  }

  /**
   * Starts a JVM by way of another program.
   *
   * @param launcher that program and its own arguments, before those that start the JVM
   */
  static ChildJvm start(List<String> launcher, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Two of them share two cores with the test; they live for seconds.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      return new ChildJvm(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a line. */
  void send(String line) {
    try {
      out.write(line);
      out.newLine();
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the child has ended; its errors:\n" + errors(), e);
    }
  }

  /** Returns the next line that the child printed, and waits for it this long at most. */
  String line(Duration patience) {
    try {
      String line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new AssertionError("no line from the child; its errors:\n" + errors());
      }
      return line;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits for a line that reads exactly so, such as {@code "ready"}. */
  void awaitLine(String expected, Duration patience) {
    String line = line(patience);
    if (!line.equals(expected)) {
      throw new AssertionError("expected " + expected + ", the child said " + line);
    }
  }

  /** Tells the child that nothing more will come, and returns its exit code. */
  int end(Duration patience) {
    try {
      out.close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the child does not end; its errors:\n" + errors());
      }
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Suspends it (SIGSTOP), as a machine does that is frozen. */
  void pause() {
    signal("STOP");
  }

  /** Lets it go on. */
  void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      kill.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it with SIGKILL, as a machine that dies would. */
  void kill() {
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** Returns what it wrote to its standard error so far. */
  String errors() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException killed) {
      lines.add("killed");
    }
  }

  /** Kills it if it has not ended. */
  @Override
  public void close() {
    kill();
    try {
      reader.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    TestFiles.delete(errors.getParent());
  }
}
