package dev.quota.spring;

import dev.quota.httptests.HttpApp;
import dev.quota.httptests.HttpContract;
import dev.quota.httptests.HttpDifference;
import dev.quota.httptests.RunningStack;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.catalina.util.ServerInfo;

/** What Spring MVC on Tomcat answers is what is recorded. */
class HttpContractOnTomcatTest implements HttpContract {

  @Override
  public Set<HttpDifference> differences() {
    return EnumSet.of(HttpDifference.OPTIONS_OF_THE_STACK);
  }

  /** Tomcat 10.1 cannot remove a header, as docs/http.md says. */
  @Override
  public String record(String name) {
    boolean apart = ServerInfo.getServerNumber().startsWith("10.");
    return apart && name.equals("vanished") ? name + ".tomcat-10" : name;
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
            RunningApp.Server.TOMCAT,
            app.hasConversations()
                ? RecordedMvcApplication.WithConversations.class
                : RecordedMvcApplication.Usual.class,
            app);
    return new RunningStack(running.port(), running::close);
  }
}
