import athena.indicator.v1.IndicatorServiceGrpc;
import athena.indicator.v1.IndicatorServiceOuterClass.PushObservationsRequest;
import athena.indicator.v1.IndicatorServiceOuterClass.PushObservationsResponse;
import athena.indicator.v1.ObservationOuterClass.RowFault;
import athena.indicator.v1.ObservationOuterClass.RowOutcome;
import athena.reporting.v1.ReportingServiceGrpc;
import athena.reporting.v1.ReportingServiceOuterClass.GetScorecardRequest;
import athena.reporting.v1.ScorecardOuterClass.ScorecardIndicator;
import athena.reporting.v1.ScorecardOuterClass.ScorecardNode;
import athena.reporting.v1.ScorecardOuterClass.ScorecardReason;
import athena.reporting.v1.ScorecardOuterClass.ScorecardStatus;
import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Pushes observations to Athena and prints the scorecard they count in.
 *
 * <pre>PushAndRead [--partial] INSTITUTION PUSH_ID ROWS.json PLAN QUARTER</pre>
 *
 * The same as ../python/push_and_read.py, with the same arguments, environment and exit codes.
 */
public final class PushAndRead {
  private static final Set<Status.Code> UNKNOWN_OUTCOME = EnumSet.of(
      Status.Code.DEADLINE_EXCEEDED, Status.Code.INTERNAL, Status.Code.UNKNOWN,
      Status.Code.CANCELLED);
  private static final int TRIES = 8;
  private static final long DEADLINE_SECONDS = 30; // for each try
  private static final Metadata.Key<com.google.rpc.Status> DETAILS =
      ProtoUtils.keyForProto(com.google.rpc.Status.getDefaultInstance());

  private PushAndRead() {}

  /** The details of an error that have the type of `kind`. */
  private static <T extends Message> List<T> details(StatusRuntimeException error, Class<T> kind) {
    List<T> found = new ArrayList<>();
    com.google.rpc.Status status =
        error.getTrailers() == null ? null : error.getTrailers().get(DETAILS);
    if (status == null) return found;
    for (Any packed : status.getDetailsList()) {
      try {
        if (packed.is(kind)) found.add(packed.unpack(kind));
      } catch (InvalidProtocolBufferException malformed) {
        // The error stands without this detail.
      }
    }
    return found;
  }

  /**
   * Calls a method, and calls it again as long as a retry can change the answer. Retrying a push is
   * safe: its push_id makes sure that it is stored once, whether or not an earlier try arrived.
   */
  private static <S extends AbstractBlockingStub<S>, T> T call(S stub, Function<S, T> method)
      throws InterruptedException {
    double pause = 200; // milliseconds
    for (int triesLeft = TRIES - 1;; triesLeft--) {
      try {
        return method.apply(stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
      } catch (StatusRuntimeException error) {
        double asked = details(error, RetryInfo.class).stream()
            .mapToDouble(info -> info.getRetryDelay().getSeconds() * 1000.0
                + info.getRetryDelay().getNanos() / 1e6)
            .max().orElse(-1);
        Status.Code code = error.getStatus().getCode();
        boolean again = code == Status.Code.UNAVAILABLE || UNKNOWN_OUTCOME.contains(code)
            || (code == Status.Code.RESOURCE_EXHAUSTED && asked >= 0);
        if (!again || triesLeft == 0) throw error;
        Thread.sleep((long) Math.max(
            pause * (0.5 + ThreadLocalRandom.current().nextDouble()), asked));
        pause = Math.min(2 * pause, 10_000);
      }
    }
  }

  /** ROWS.json is a list of observations, in the JSON of protobuf. */
  private static PushObservationsRequest.Builder read(Path rows) throws IOException {
    PushObservationsRequest.Builder request = PushObservationsRequest.newBuilder();
    JsonFormat.parser().merge("{\"observations\": " + Files.readString(rows) + "}", request);
    return request;
  }

  /** Pushes the rows as one push; returns the process's exit code. */
  private static int push(IndicatorServiceGrpc.IndicatorServiceBlockingStub service,
      PushObservationsRequest request) throws InterruptedException {
    PushObservationsResponse answer;
    try {
      answer = call(service, stub -> stub.pushObservations(request));
    } catch (StatusRuntimeException error) {
      Status.Code code = error.getStatus().getCode();
      System.err.println(code + ": " + error.getStatus().getDescription());
      for (BadRequest bad : details(error, BadRequest.class)) {
        for (BadRequest.FieldViolation fault : bad.getFieldViolationsList()) {
          // "observations[17].value": row 17, from 0
          System.err.println("  " + fault.getField() + ": " + fault.getDescription());
        }
      }
      boolean unknown = UNKNOWN_OUTCOME.contains(code) || code == Status.Code.UNAVAILABLE
          || code == Status.Code.RESOURCE_EXHAUSTED;
      return unknown ? 75 : 1;
    }
    Map<FieldDescriptor, Object> counts = answer.getCounts().getAllFields();
    System.out.println(answer.getName() + (answer.getReplayed() ? " (replayed)" : "") + ": "
        + counts.entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().getName())
            .collect(Collectors.joining(", ")));
    for (RowOutcome row : answer.getOutcomesList()) { // unchanged, locked, rejected, flagged
      System.out.println("  row " + row.getIndex() + ": " + row.getOutcome());
      for (RowFault fault : row.getFaultsList()) {
        System.out.println("    " + fault.getField() + ": " + fault.getDescription());
      }
    }
    boolean all = answer.getCounts().getRejected() == 0 && answer.getCounts().getLocked() == 0;
    return all ? 0 : 3;
  }

  private static void line(int depth, String title, ScorecardStatus status, ScorecardReason reason,
      Double score) {
    String why = reason.name().replace("SCORECARD_REASON_", "");
    System.out.println("  ".repeat(depth) + title + ": "
        + status.name().replace("SCORECARD_STATUS_", "")
        + (score == null ? "" : String.format(Locale.ROOT, " %.1f", score))
        + (why.equals("UNSPECIFIED") ? "" : " (" + why + ")"));
  }

  /** Prints a node of the scorecard with its indicators, and the nodes below it. */
  private static void show(ScorecardNode node, int depth) {
    line(depth, (node.getCode() + " " + node.getTitle()).trim(), node.getStatus(),
        node.getReason(), node.hasScore() ? node.getScore().getValue() : null);
    for (ScorecardIndicator indicator : node.getIndicatorsList()) {
      String value = indicator.getPeriodResult().hasValue()
          ? indicator.getPeriodResult().getValue().getDecimal() : "no value";
      line(depth + 1, "- " + indicator.getTitle() + " " + value + " " + indicator.getUnit(),
          indicator.getStatus(), indicator.getReason(),
          indicator.hasScore() ? indicator.getScore().getValue() : null);
    }
    for (ScorecardNode child : node.getChildrenList()) show(child, depth + 1);
  }

  private static ManagedChannel channel(String variable, String address) {
    return ManagedChannelBuilder.forTarget(System.getenv().getOrDefault(variable, address))
        .usePlaintext().build();
  }

  private static <S extends AbstractBlockingStub<S>> S authorized(S stub) {
    String token = System.getenv("ATHENA_TOKEN");
    if (token == null) return stub;
    Metadata metadata = new Metadata();
    metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + token);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> names = new ArrayList<>(List.of(arguments));
    boolean partial = names.remove("--partial");
    if (names.size() != 5) {
      System.err.println(
          "usage: PushAndRead [--partial] INSTITUTION PUSH_ID ROWS.json PLAN QUARTER");
      System.exit(2);
    }
    String institution = "institutions/" + names.get(0);
    PushObservationsRequest request = read(Path.of(names.get(2))).setParent(institution)
        .setPushId(names.get(1)).setPartial(partial).build();
    int code = push(authorized(IndicatorServiceGrpc.newBlockingStub(
        channel("ATHENA_INDICATOR_ADDRESS", "127.0.0.1:7702"))), request);
    if (code == 0 || code == 3) {
      GetScorecardRequest scorecard = GetScorecardRequest.newBuilder()
          .setName(institution + "/plans/" + names.get(3) + "/scorecards/" + names.get(4)).build();
      show(call(authorized(ReportingServiceGrpc.newBlockingStub(
          channel("ATHENA_REPORTING_ADDRESS", "127.0.0.1:7703"))),
          stub -> stub.getScorecard(scorecard)).getResult().getRoot(), 0);
    }
    System.exit(code);
  }
}
