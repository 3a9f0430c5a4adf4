package dev.quota.tool;

import dev.quota.policy.Policies;
import dev.quota.policy.PolicyException;
import dev.quota.scenario.Scenario;
import dev.quota.scenario.ScenarioFailure;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the scenarios of a policy file. */
@Command(
    name = "test",
    description = {
      "Runs the scenarios of a policy file.",
      "",
      "They are in the file itself, under the key scenarios, and in the file beside it:"
          + " quotas.scenarios.yaml beside quotas.yaml.",
      "Ends with 0 if all pass, with 1 if one fails, and with 2 if there is none."
    })
final class TestCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;

  @Parameters(paramLabel = "FILE", description = "The policy file.")
  private Path file;

  @Option(
      names = "--scenarios",
      paramLabel = "FILE",
      description = "More scenarios, from another file. Can be repeated.")
  private List<Path> others = List.of();

  @SuppressWarnings("NullAway") // picocli sets the fields
  TestCommand() {}

  @Override
  public Integer call() {
    Policies policies = PolicyFiles.read(file);
    List<Scenario> scenarios = scenarios();
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> results = new ArrayList<>();
    int failed = 0;
    for (Scenario scenario : scenarios) {
      List<ScenarioFailure> failures = scenario.run(policies);
      failed += failures.isEmpty() ? 0 : 1;
      results.add(toJson(scenario, failures));
      if (!options.json) {
        out.println((failures.isEmpty() ? "ok      " : "FAILED  ") + scenario.name());
        failures.forEach(failure -> out.println("        " + failure));
      }
    }
    if (options.json) {
      Printed.json(out, Map.of("scenarios", results));
    } else {
      out.println(scenarios.size() + " scenarios, " + failed + " failed");
    }
    return failed > 0 ? QuotaCommand.FOUND : QuotaCommand.FINE;
  }

  private List<Scenario> scenarios() {
    List<Scenario> all = new ArrayList<>();
    try {
      all.addAll(ScenarioFile.readAll(file));
      others.forEach(other -> all.addAll(ScenarioFile.read(other)));
    } catch (PolicyException e) {
      throw new UnreadableException(String.valueOf(e.getMessage()), e);
    }
    if (all.isEmpty()) {
      throw new UnreadableException(
          "there is no scenario in "
              + file
              + ", and none in "
              + ScenarioFile.beside(file)
              + " beside it",
          null);
    }
    return all;
  }

  private static Map<String, Object> toJson(Scenario scenario, List<ScenarioFailure> failures) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", scenario.name());
    json.put("file", scenario.file());
    json.put("line", scenario.line());
    json.put("passed", failures.isEmpty());
    json.put("failures", failures.stream().map(TestCommand::toJson).toList());
    return json;
  }

  private static Map<String, Object> toJson(ScenarioFailure failure) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("line", failure.line());
    json.put("step", failure.step());
    json.put("what", failure.what());
    json.put("expected", failure.expected());
    json.put("actual", failure.actual());
    return json;
  }
}
