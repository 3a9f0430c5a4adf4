package dev.quota.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialThinking;
import dev.langchain4j.model.chat.response.PartialThinkingContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.output.FinishReason;
import dev.quota.Settlement;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import java.util.concurrent.CompletionStage;

/** Counts the parts that a stream delivers. Its methods are called one after the other. */
final class MeteredHandler implements StreamingChatResponseHandler {

  private final CallStart.Round round;
  private final ModelCalls calls;
  private final ModelCall call;
  private final StreamingChatResponseHandler handler;
  private final StringBuilder text = new StringBuilder();
  private boolean isCut;

  MeteredHandler(CallStart.Round round, ModelCalls calls, StreamingChatResponseHandler handler) {
    this.round = round;
    this.calls = calls;
    this.call = round.call();
    this.handler = handler;
  }

  /** Settles a stream that could not begin. */
  void fail(Throwable thrown) {
    var unused = call.fail(thrown);
  }

  @Override
  public void onPartialResponse(String partialResponse) {
    if (!isCut) {
      boolean mayGoOn = call.output(partialResponse);
      handler.onPartialResponse(partialResponse);
      text.append(partialResponse);
      if (!mayGoOn) {
        cut();
      }
    }
  }

  @Override
  public void onPartialResponse(PartialResponse partialResponse, PartialResponseContext context) {
    if (isCut) {
      return;
    }
    boolean mayGoOn = call.output(partialResponse.text());
    text.append(partialResponse.text());
    StreamingHandle handle = new SettlingHandle(context.streamingHandle(), call);
    handler.onPartialResponse(partialResponse, new PartialResponseContext(handle));
    if (!mayGoOn && !handle.isCancelled()) {
      handle.cancel();
      cut();
    }
  }

  /** Ends the stream for its reader, with the text so far. */
  private void cut() {
    isCut = true;
    ChatResponse soFar =
        ChatResponse.builder()
            .aiMessage(AiMessage.from(text.toString()))
            .finishReason(FinishReason.OTHER)
            .build();
    ChatResponse marked = Answers.with(Answers.marked(soFar, call), QuotaModels.CUT);
    afterwards(call.cancel(), () -> handler.onCompleteResponse(marked));
  }

  /** Delivers the end when the call is settled, unless others continue it. */
  private void afterwards(CompletionStage<Settlement> end, Runnable delivery) {
    if (call.isBranch() || call.hasOpenBranches()) {
      delivery.run();
    } else {
      var unused = end.whenComplete((settled, failure) -> delivery.run());
    }
  }

  @Override
  public void onPartialThinking(PartialThinking partialThinking) {
    boolean unused = call.output(partialThinking.text());
    handler.onPartialThinking(partialThinking);
  }

  @Override
  public void onPartialThinking(PartialThinking partialThinking, PartialThinkingContext context) {
    boolean unused = call.output(partialThinking.text());
    handler.onPartialThinking(
        partialThinking,
        new PartialThinkingContext(new SettlingHandle(context.streamingHandle(), call)));
  }

  @Override
  public void onPartialToolCall(PartialToolCall partialToolCall) {
    handler.onPartialToolCall(partialToolCall);
  }

  @Override
  public void onPartialToolCall(PartialToolCall partialToolCall, PartialToolCallContext context) {
    handler.onPartialToolCall(
        partialToolCall,
        new PartialToolCallContext(new SettlingHandle(context.streamingHandle(), call)));
  }

  @Override
  public void onCompleteToolCall(CompleteToolCall completeToolCall) {
    handler.onCompleteToolCall(completeToolCall);
  }

  @Override
  public void onUnmappedRawEvent(Object rawEvent) {
    handler.onUnmappedRawEvent(rawEvent);
  }

  @Override
  public void onCompleteResponse(ChatResponse completeResponse) {
    if (isCut) {
      return;
    }
    call.endRound(Answers.usage(completeResponse));
    ChatResponse answer = Answers.marked(completeResponse, call);
    if (!completeResponse.aiMessage().hasToolExecutionRequests()) {
      afterwards(call.end(), () -> handler.onCompleteResponse(answer));
      return;
    }
    // The reader may ask the model again with the results of tools.
    boolean goesOn = false;
    try {
      goesOn =
          CallScope.continues(
              round.subject(), calls, call, () -> handler.onCompleteResponse(answer));
    } finally {
      if (!goesOn) {
        var unused = call.end();
      }
    }
  }

  @Override
  public void onError(Throwable error) {
    if (!isCut) {
      afterwards(call.fail(error), () -> handler.onError(error));
    }
  }
}
