package dev.quota.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of docs/tool.md, and compares what they print. */
final class ToolDocTest {

  private static final Path PAGE = Path.of("../docs/tool.md");
  private static final Pattern BLOCK =
      Pattern.compile("```console\n\\$ quota ([^\n]*)\n(.*?)```", Pattern.DOTALL);
  private static final List<String> FILES =
      List.of("old.yaml", "new.yaml", "new.scenarios.yaml", "wrong.yaml");

  @TempDir private Path folder;

  @Test
  void eachCommandPrintsWhatThePageSays() throws IOException {
    for (String name : FILES) {
      try (InputStream file = ToolDocTest.class.getResourceAsStream(name)) {
        Files.write(folder.resolve(name), file.readAllBytes());
      }
    }
    Matcher block = BLOCK.matcher(Files.readString(PAGE));
    int commands = 0;
    while (block.find()) {
      commands++;
      assertThat(printed(block.group(1))).as(block.group(1)).isEqualTo(block.group(2));
    }
    assertThat(commands).isGreaterThanOrEqualTo(8);
  }

  private String printed(String line) throws IOException {
    String[] command = line.split(" > ", 2);
    Object[] arguments = List.of(command[0].split(" ")).toArray();
    for (int i = 0; i < arguments.length; i++) {
      if (FILES.contains(arguments[i]) || arguments[i].equals("usage.csv")) {
        arguments[i] = folder.resolve(arguments[i].toString());
      }
    }
    Commands.Result result = Commands.run(arguments);
    if (command.length == 2) {
      Files.writeString(folder.resolve(command[1]), result.out(), StandardCharsets.UTF_8);
      return result.err();
    }
    String shown = (result.out() + result.err()).replace(folder + "/", "");
    return shown.stripTrailing() + "\n";
  }
}
