package dev.quota.langchain4j;

import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.quota.QuotaRefusedException;
import dev.quota.Subject;
import dev.quota.models.ModelCall;
import dev.quota.models.ModelCalls;
import dev.quota.models.ModelRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Begins calls and their rounds. */
final class CallStart {

  private static final String WHAT = "The call of the model";

  private final ModelCalls calls;
  private final Supplier<Optional<Subject>> subject;

  CallStart(ModelCalls calls, Supplier<Optional<Subject>> subject) {
    this.calls = calls;
    this.subject = subject;
  }

  /**
   * One round.
   *
   * @param subject who is charged
   * @param call the call that it belongs to
   * @param request the request to send
   * @param endsWithScope whether the scope ends the call
   */
  record Round(Subject subject, ModelCall call, ChatRequest request, boolean endsWithScope) {}

  /**
   * Returns who is charged in this thread.
   *
   * @throws IllegalStateException if nobody knows
   */
  Subject subject() {
    return CallScope.current().map(CallScope::subject).or(subject).orElseThrow(CallStart::nobody);
  }

  ModelCalls calls() {
    return calls;
  }

  /**
   * Begins a round, of the call that runs in this thread or of a new one.
   *
   * @param defaults the model's parameters where the request has none
   * @throws QuotaRefusedException if the quota refuses
   * @throws IllegalStateException if the subject is not known
   */
  Round begin(ChatRequest request, ChatRequestParameters defaults, boolean isStream) {
    long input = RequestTokens.of(request, calls.estimator());
    Subject charged = subject();
    Supplier<ModelCall> begin = () -> begin(charged, request, defaults, input);
    CallScope.Joined joined =
        CallScope.current()
            .map(it -> it.join(calls, isStream, begin))
            .orElseGet(() -> new CallScope.Joined(begin.get(), false));
    ModelCall call = joined.call();
    try {
      Optional<String> note = call.finishNote();
      beginRound(call, input);
      return new Round(charged, call, asked(request, call, note), joined.endsWithScope());
    } catch (Throwable e) {
      if (!joined.endsWithScope()) {
        var unused = call.fail(e);
      }
      throw e;
    }
  }

  private static void beginRound(ModelCall call, long input) {
    if (!ModelCalls.await(call.beginRound(input))) {
      var refusal = ModelCalls.await(call.refusal(input));
      if (refusal.isPresent()) {
        throw new QuotaRefusedException(WHAT, refusal.get());
      }
      boolean unused = ModelCalls.await(call.beginRound(input));
    }
  }

  private ModelCall begin(
      Subject charged, ChatRequest request, ChatRequestParameters defaults, long input) {
    Optional<String> model =
        Optional.ofNullable(request.modelName())
            .or(() -> Optional.ofNullable(defaults.modelName()));
    ModelRequest asked =
        new ModelRequest(model, input, RequestTokens.maxOutput(request.parameters(), defaults));
    ModelCall call = calls.begin(charged, asked);
    if (!call.isAllowed()) {
      throw new QuotaRefusedException(WHAT, call.decision());
    }
    return call;
  }

  /** Returns the request for the model that must answer, with a note if there is one. */
  private static ChatRequest asked(ChatRequest request, ModelCall call, Optional<String> note) {
    if (!call.isDegraded() && note.isEmpty()) {
      return request;
    }
    ChatRequestParameters parameters =
        call.isDegraded()
            ? request
                .parameters()
                .overrideWith(
                    ChatRequestParameters.builder().modelName(call.model().orElseThrow()).build())
            : request.parameters();
    return ChatRequest.builder()
        .messages(note.map(it -> noted(request.messages(), it)).orElseGet(request::messages))
        .parameters(parameters)
        .build();
  }

  /** Returns the messages with a note at the end of the system message. */
  private static List<ChatMessage> noted(List<ChatMessage> messages, String note) {
    List<ChatMessage> noted = new ArrayList<>(messages);
    for (int i = 0; i < noted.size(); i++) {
      if (noted.get(i) instanceof SystemMessage system) {
        noted.set(i, SystemMessage.from(system.text() + "\n\n" + note));
        return noted;
      }
    }
    noted.add(0, SystemMessage.from(note));
    return noted;
  }

  private static IllegalStateException nobody() {
    return new IllegalStateException(
        "Nothing here says who is charged for the call of the model, so it was not made: call it"
            + " within QuotaModels.call, or give the builder a subject(…).");
  }
}
