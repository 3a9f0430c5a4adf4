package dev.quota.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process of Java, to be killed in the middle of its work. */
public final class KilledProcess {

  /** What the process prints when it is to be killed. */
  public static final String SIGN = "kill me now";

  private KilledProcess() {}

  /**
   * Runs a class with the class path of this process, and kills it when it has printed the sign.
   */
  public static void run(List<String> properties, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1"));
    command.addAll(properties);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && !line.equals(SIGN)) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new IllegalStateException("the process ended before it was killed");
      }
    } finally {
      boolean unused = child.destroyForcibly().waitFor(60, TimeUnit.SECONDS); // SIGKILL
    }
  }
}
