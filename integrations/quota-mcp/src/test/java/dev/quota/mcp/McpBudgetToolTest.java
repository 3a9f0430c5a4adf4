package dev.quota.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import dev.quota.policy.QuotaPolicy;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpTransportContextExtractor;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real servers of the protocol on Jetty, called by its real client over HTTP. */
class McpBudgetToolTest {

  private static final String PATH = "/mcp";
  private static final String USER = "user";

  private static final McpTransportContextExtractor<HttpServletRequest> SIGNED_IN =
      request ->
          Optional.ofNullable(request.getHeader("X-User"))
              .map(name -> McpTransportContext.create(Map.of(USER, name)))
              .orElse(McpTransportContext.EMPTY);

  private final Quotas quotas =
      Quotas.builder()
          .policy(QuotaPolicy.builder("tokens").limit("daily", "1000 per calendar day").build())
          .build();
  private final BudgetTool budget = BudgetTool.of(quotas, "tokens");
  private final Server jetty = new Server(0);

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
    quotas.close();
  }

  private static Subject subject(McpTransportContext context) {
    return Subject.user((String) Objects.requireNonNull(context.get(USER), "nobody is signed in"));
  }

  private McpSyncClient client(HttpServlet transport, String user) throws Exception {
    ServletContextHandler context = new ServletContextHandler();
    ServletHolder holder = new ServletHolder(transport);
    holder.setAsyncSupported(true);
    context.addServlet(holder, PATH);
    jetty.setHandler(context);
    jetty.start();
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    HttpRequest.Builder request = HttpRequest.newBuilder();
    if (!user.isEmpty()) {
      request.header("X-User", user);
    }
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + port)
                    .endpoint(PATH)
                    .requestBuilder(request)
                    .build())
            .build();
    client.initialize();
    return client;
  }

  private static HttpServletStreamableServerTransportProvider streamable() {
    return HttpServletStreamableServerTransportProvider.builder()
        .mcpEndpoint(PATH)
        .contextExtractor(SIGNED_IN)
        .build();
  }

  private static HttpServletStatelessServerTransport stateless() {
    return HttpServletStatelessServerTransport.builder()
        .messageEndpoint(PATH)
        .contextExtractor(SIGNED_IN)
        .build();
  }

  private static CallToolResult call(McpSyncClient client) {
    return client.callTool(CallToolRequest.builder(BudgetTool.NAME).build());
  }

  private static String text(CallToolResult result) {
    return ((TextContent) result.content().get(0)).text();
  }

  private void useSome() {
    Object unused = quotas.charge(Subject.user("alice"), "tokens", 960);
  }

  @Test
  void listsAToolThatNeedsNoArgumentsAndChangesNothing() throws Exception {
    HttpServletStreamableServerTransportProvider transport = streamable();
    McpServer.sync(transport).tools(McpBudgetTool.sync(budget, McpBudgetToolTest::subject)).build();
    try (McpSyncClient client = client(transport, "alice")) {
      Tool tool = client.listTools().tools().get(0);

      assertThat(tool.name()).isEqualTo("remaining_budget");
      assertThat(tool.description()).isEqualTo(BudgetTool.DESCRIPTION);
      assertThat(tool.inputSchema()).containsEntry("type", "object").doesNotContainKey("required");
      assertThat(tool.annotations().readOnlyHint()).isTrue();
    }
  }

  @Test
  void tellsTheCallerWhatIsLeft() throws Exception {
    useSome();
    HttpServletStreamableServerTransportProvider transport = streamable();
    McpServer.sync(transport).tools(McpBudgetTool.sync(budget, McpBudgetToolTest::subject)).build();
    try (McpSyncClient client = client(transport, "alice")) {
      CallToolResult result = call(client);

      assertThat(result.isError()).isFalse();
      assertThat(text(result)).contains("\"remaining\":40", "\"limit\":1000");
    }
  }

  @Test
  void believesTheTransportAndNotTheModel() throws Exception {
    useSome();
    HttpServletStreamableServerTransportProvider transport = streamable();
    McpServer.sync(transport).tools(McpBudgetTool.sync(budget, McpBudgetToolTest::subject)).build();
    try (McpSyncClient client = client(transport, "bob")) {
      CallToolResult result =
          client.callTool(
              CallToolRequest.builder(BudgetTool.NAME).arguments(Map.of(USER, "alice")).build());

      assertThat(result.content().toString()).doesNotContain("\"remaining\":40");
    }
  }

  @Test
  void failsWhereNobodyIsSignedIn() throws Exception {
    HttpServletStreamableServerTransportProvider transport = streamable();
    McpServer.sync(transport).tools(McpBudgetTool.sync(budget, McpBudgetToolTest::subject)).build();
    try (McpSyncClient client = client(transport, "")) {
      String answer;
      try {
        CallToolResult result = call(client);
        assertThat(result.isError()).isTrue();
        answer = text(result);
      } catch (McpError e) {
        answer = e.getMessage();
      }
      assertThat(answer).contains("nobody is signed in");
    }
  }

  @Test
  void answersOnServersWithoutThreadsThatWait() throws Exception {
    useSome();
    HttpServletStreamableServerTransportProvider transport = streamable();
    McpServer.async(transport)
        .tools(McpBudgetTool.async(budget, McpBudgetToolTest::subject))
        .build();
    try (McpSyncClient client = client(transport, "alice")) {
      assertThat(text(call(client))).contains("\"remaining\":40");
    }
  }

  @Test
  void answersOnStatelessServers() throws Exception {
    useSome();
    HttpServletStatelessServerTransport transport = stateless();
    McpServer.sync(transport)
        .tools(McpBudgetTool.statelessSync(budget, McpBudgetToolTest::subject))
        .build();
    try (McpSyncClient client = client(transport, "alice")) {
      assertThat(text(call(client))).contains("\"remaining\":40");
    }
  }

  @Test
  void answersOnStatelessServersWithoutThreadsThatWait() throws Exception {
    useSome();
    HttpServletStatelessServerTransport transport = stateless();
    McpServer.async(transport)
        .tools(McpBudgetTool.statelessAsync(budget, McpBudgetToolTest::subject))
        .build();
    try (McpSyncClient client = client(transport, "alice")) {
      assertThat(text(call(client))).contains("\"remaining\":40");
    }
  }
}
