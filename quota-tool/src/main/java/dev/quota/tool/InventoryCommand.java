package dev.quota.tool;

import dev.quota.policy.QuotaPolicy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists the owner of each quota and the date of its review. */
@Command(
    name = "inventory",
    description = {
      "Lists the quotas of policy files with owner and review date, overdue ones first.",
      "Ends with 0; with --strict, it ends with 1 if a review is overdue."
    })
final class InventoryCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommandOptions options;

  @Option(names = "--strict", description = "Ends with 1 if a review is overdue, so that CI fails.")
  private boolean strict;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      description = "The day to judge by, such as 2027-06-30; by default today in UTC.")
  private Optional<LocalDate> date;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Policy files.")
  private List<Path> files;

  @SuppressWarnings("NullAway") // picocli sets the fields
  InventoryCommand() {}

  private record Item(Path file, QuotaPolicy quota, boolean overdue) {

    private String date() {
      return quota.reviewBy().map(LocalDate::toString).orElse("");
    }

    private Map<String, Object> toJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", file.toString());
      json.put("quota", quota.name());
      quota.owner().ifPresent(owner -> json.put("owner", owner));
      quota.reviewBy().ifPresent(day -> json.put("reviewBy", day.toString()));
      json.put("overdue", overdue);
      return json;
    }
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    LocalDate today = date.orElseGet(() -> LocalDate.now(ZoneOffset.UTC));
    List<Item> items = new ArrayList<>();
    for (Path file : files) {
      for (QuotaPolicy quota : PolicyFiles.read(file).quotas().values()) {
        boolean overdue = quota.reviewBy().filter(today::isAfter).isPresent();
        items.add(new Item(file, quota, overdue));
      }
    }
    // The largest date, so that quotas without one come last.
    items.sort(
        Comparator.comparing((Item item) -> item.quota().reviewBy().orElse(LocalDate.MAX))
            .thenComparing(item -> item.quota().name()));
    if (options.json) {
      Printed.json(out, Map.of("quotas", items.stream().map(Item::toJson).toList()));
    } else {
      print(out, items);
    }
    boolean overdue = items.stream().anyMatch(Item::overdue);
    return strict && overdue ? QuotaCommand.FOUND : QuotaCommand.FINE;
  }

  private static void print(PrintWriter out, List<Item> items) {
    TextTable table = new TextTable("quota", "owner", "review by", "", "file");
    for (Item item : items) {
      table.add(
          item.quota().name(),
          item.quota().owner().orElse("-"),
          item.date().isEmpty() ? "-" : item.date(),
          item.overdue() ? "overdue" : "",
          item.file().toString());
    }
    table.print(out);
  }
}
