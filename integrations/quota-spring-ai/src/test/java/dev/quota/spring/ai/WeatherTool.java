package dev.quota.spring.ai;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.tool.annotation.Tool;

/** The tool that the provider of the tests calls. */
public final class WeatherTool {

  private final AtomicInteger calls = new AtomicInteger();

  /** Answers. */
  @Tool(name = "weather", description = "The weather in a city")
  public String weather(String city) {
    calls.incrementAndGet();
    return "rain in " + city;
  }

  int calls() {
    return calls.get();
  }
}
