package dev.quota;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a class of the tests in a Java of its own, with a heap of its own. */
public final class Program {

  private Program() {}

  /**
   * Runs a program to its end.
   *
   * @param heapMebi the largest heap in MiB
   * @param mainClass the program
   * @param arguments its arguments
   * @return the words of each line that it printed, by the first one
   */
  public static Map<String, List<String>> run(int heapMebi, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebi + "m",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(mainClass + " failed: " + output);
    }
    Map<String, List<String>> lines = new LinkedHashMap<>();
    output.lines().forEach(line -> lines.put(line.split(" ", 2)[0], List.of(line.split(" "))));
    return lines;
  }
}
