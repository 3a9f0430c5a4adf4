package dev.quota.benchmarks.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server's cost of the decisions of one contender in one round.
 *
 * @param scriptMicros per call of a script, by the server's own count ({@code usec_per_call})
 * @param scriptsPerDecision how many scripts were called for one decision
 * @param processorMicros processor time of the whole server process per decision: reading, writing
 *     and commands outside scripts too
 */
record ServerCost(double scriptMicros, double scriptsPerDecision, double processorMicros) {

  private static final List<String> SCRIPT_COMMANDS = List.of("evalsha", "eval");

  /** Measures one participant while no other runs. */
  static ServerCost measure(Participant seat, Options options, RedisConsole console) {
    try {
      String ok = console.text("CONFIG", "RESETSTAT");
      if (!ok.equals("OK")) {
        throw new IOException("CONFIG RESETSTAT was answered by " + ok);
      }
      double processorBefore = processorSeconds(console);
      Span span = seat.load(options.measured());
      double processor = processorSeconds(console) - processorBefore;
      LoadSection.warnOfFailures(seat, span);
      double calls = 0;
      double micros = 0;
      for (String command : SCRIPT_COMMANDS) {
        calls += statistic(console, command, "calls");
        micros += statistic(console, command, "usec");
      }
      return new ServerCost(
          micros / calls, calls / span.decided(), processor * 1e6 / span.decided());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double processorSeconds(RedisConsole console) throws IOException {
    return console.info("cpu", "used_cpu_user") + console.info("cpu", "used_cpu_sys");
  }

  private static double statistic(RedisConsole console, String command, String name)
      throws IOException {
    Matcher matcher =
        Pattern.compile("cmdstat_" + command + ":.*?\\b" + name + "=(\\d+)")
            .matcher(console.text("INFO", "commandstats"));
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }
}
