package dev.quota.spring;

import dev.quota.httptests.HttpApp;
import dev.quota.httptests.HttpContract;
import dev.quota.httptests.HttpDifference;
import dev.quota.httptests.RunningStack;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** What Spring MVC on Jetty answers is what is recorded. */
@Tag("topology")
class HttpContractOnJettyTest implements HttpContract {

  @Override
  public Set<HttpDifference> differences() {
    return EnumSet.of(HttpDifference.OPTIONS_OF_THE_STACK);
  }

  /** One from the left and one from the right: the words are not the stack's. */
  @Override
  public List<String> languages() {
    return List.of("en", "ar");
  }

  @Override
  public RunningStack start(HttpApp app) {
    RunningApp running =
        RunningApp.startRecorded(
            RunningApp.Server.JETTY,
            app.hasConversations()
                ? RecordedMvcApplication.WithConversations.class
                : RecordedMvcApplication.Usual.class,
            app);
    return new RunningStack(running.port(), running::close);
  }
}
