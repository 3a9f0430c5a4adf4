package dev.quota.tool;

import dev.quota.policy.Mistake;
import dev.quota.policy.PolicyException;
import dev.quota.policy.PolicyFile;
import dev.quota.scenario.ScenarioFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints all mistakes of policy files. */
@Command(
    name = "check",
    description = {
      "Says what is wrong in policy files: every mistake, with its line and column.",
      "Ends with 0 if there is none, and with 1 if there is one."
    })
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Policy files.")
  private List<Path> files;

  @SuppressWarnings("NullAway") // picocli sets the fields
  CheckCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> checked = new ArrayList<>();
    int code = QuotaCommand.FINE;
    for (Path file : files) {
      List<Mistake> mistakes = new ArrayList<>();
      boolean unreadable = false;
      try {
        PolicyFile.read(file);
      } catch (PolicyException e) {
        mistakes.addAll(e.mistakes());
        unreadable = PolicyFiles.isUnreadable(e);
      }
      if (!unreadable) {
        addScenarios(file, mistakes);
      }
      int found = mistakes.isEmpty() ? QuotaCommand.FINE : QuotaCommand.FOUND;
      code = Math.max(code, unreadable ? QuotaCommand.WRONG : found);
      checked.add(toJson(file, mistakes));
      if (!options.json) {
        print(out, file, mistakes);
      }
    }
    if (options.json) {
      Printed.json(out, Map.of("files", checked));
    }
    return code;
  }

  /**
   * Adds the mistakes of scenarios that are not mistakes of the whole file. Where one of those is,
   * another one only follows from it.
   */
  private static void addScenarios(Path file, List<Mistake> mistakes) {
    try {
      ScenarioFile.readAll(file);
    } catch (PolicyException e) {
      List<Mistake> ofTheFile = List.copyOf(mistakes);
      e.mistakes().stream()
          .filter(one -> ofTheFile.stream().noneMatch(it -> isAtTheSamePlace(it, one)))
          .forEach(mistakes::add);
    }
  }

  private static boolean isAtTheSamePlace(Mistake one, Mistake other) {
    return one.file().equals(other.file())
        && one.line() == other.line()
        && one.column() == other.column();
  }

  private static void print(PrintWriter out, Path file, List<Mistake> mistakes) {
    mistakes.forEach(out::println);
    if (mistakes.isEmpty()) {
      out.println(file + ": no mistakes");
    }
  }

  private static Map<String, Object> toJson(Path file, List<Mistake> mistakes) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file.toString());
    json.put("mistakes", mistakes.stream().map(CheckCommand::toJson).toList());
    return json;
  }

  private static Map<String, Object> toJson(Mistake mistake) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("line", mistake.line());
    json.put("column", mistake.column());
    json.put("problem", mistake.problem());
    return json;
  }
}
