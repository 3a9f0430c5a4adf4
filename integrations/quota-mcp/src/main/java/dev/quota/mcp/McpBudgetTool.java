package dev.quota.mcp;

import dev.quota.Subject;
import dev.quota.models.BudgetTool;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Makes a {@link BudgetTool} a tool of a server that the official Java SDK of the Model Context
 * Protocol runs. There is a form for each kind of server.
 *
 * <pre>{@code
 * McpServer.sync(transport)
 *     .tools(McpBudgetTool.sync(budget, context -> Subject.user((String) context.get("user"))))
 *     .build();
 * }</pre>
 *
 * <p>The subject comes from the context of the transport. The application puts the authenticated
 * user there. The arguments of the call are not used for this, because the model writes them. If
 * the function throws, the call fails.
 */
public final class McpBudgetTool {

  private static final Map<String, Object> NO_ARGUMENTS =
      Map.of("type", "object", "properties", Map.of(), "additionalProperties", false);

  private McpBudgetTool() {}

  /**
   * Makes the tool for {@code McpServer.sync}. Calls wait for the store.
   *
   * @param budget the tool that answers
   * @param subject finds the caller in the context of the transport
   * @return the specification of the tool
   */
  public static McpServerFeatures.SyncToolSpecification sync(
      BudgetTool budget, Function<McpTransportContext, Subject> subject) {
    return McpServerFeatures.SyncToolSpecification.builder()
        .tool(tool())
        .callHandler(
            (exchange, call) -> result(budget.answer(subject.apply(exchange.transportContext()))))
        .build();
  }

  /**
   * Makes the tool for {@code McpServer.async}. No thread waits.
   *
   * @param budget the tool that answers
   * @param subject finds the caller in the context of the transport
   * @return the specification of the tool
   */
  public static McpServerFeatures.AsyncToolSpecification async(
      BudgetTool budget, Function<McpTransportContext, Subject> subject) {
    return McpServerFeatures.AsyncToolSpecification.builder()
        .tool(tool())
        .callHandler((exchange, call) -> answered(budget, subject, exchange.transportContext()))
        .build();
  }

  /**
   * Makes the tool for {@code McpServer.sync} over a stateless transport. Calls wait for the store.
   *
   * @param budget the tool that answers
   * @param subject finds the caller in the context of the transport
   * @return the specification of the tool
   */
  public static McpStatelessServerFeatures.SyncToolSpecification statelessSync(
      BudgetTool budget, Function<McpTransportContext, Subject> subject) {
    return McpStatelessServerFeatures.SyncToolSpecification.builder()
        .tool(tool())
        .callHandler((context, call) -> result(budget.answer(subject.apply(context))))
        .build();
  }

  /**
   * Makes the tool for {@code McpServer.async} over a stateless transport. No thread waits.
   *
   * @param budget the tool that answers
   * @param subject finds the caller in the context of the transport
   * @return the specification of the tool
   */
  public static McpStatelessServerFeatures.AsyncToolSpecification statelessAsync(
      BudgetTool budget, Function<McpTransportContext, Subject> subject) {
    return McpStatelessServerFeatures.AsyncToolSpecification.builder()
        .tool(tool())
        .callHandler((context, call) -> answered(budget, subject, context))
        .build();
  }

  private static Mono<CallToolResult> answered(
      BudgetTool budget,
      Function<McpTransportContext, Subject> subject,
      McpTransportContext context) {
    return Mono.defer(() -> Mono.fromCompletionStage(budget.answerAsync(subject.apply(context))))
        .map(McpBudgetTool::result);
  }

  private static CallToolResult result(String json) {
    return CallToolResult.builder().addTextContent(json).isError(false).build();
  }

  private static Tool tool() {
    return Tool.builder(BudgetTool.NAME, NO_ARGUMENTS)
        .description(BudgetTool.DESCRIPTION)
        .annotations(
            ToolAnnotations.builder()
                .readOnlyHint(true)
                .destructiveHint(false)
                .openWorldHint(false)
                .build())
        .build();
  }
}
