import athena.indicator.v1.IndicatorServiceGrpc;
import athena.indicator.v1.IndicatorServiceOuterClass.PushObservationsRequest;
import athena.indicator.v1.IndicatorServiceOuterClass.PushObservationsResponse;
import athena.indicator.v1.ObservationOuterClass.PushCounts;
import athena.indicator.v1.ObservationOuterClass.RowFault;
import athena.indicator.v1.ObservationOuterClass.RowOutcome;
import athena.reporting.v1.ReportingServiceGrpc;
import athena.reporting.v1.ReportingServiceOuterClass.GetScorecardRequest;
import athena.reporting.v1.ScorecardOuterClass.ScorecardIndicator;
import athena.reporting.v1.ScorecardOuterClass.ScorecardNode;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
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
 * ROWS.json is a list of observations: {"indicator": "visits", "period": "2021-07", "value": 60,
 * "dimensions": {"desk": "NORTH"}}. The environment gives the services' addresses and the caller's
 * token: ATHENA_INDICATOR_ADDRESS, ATHENA_REPORTING_ADDRESS, ATHENA_TOKEN. Exit codes: 0 stored;
 * 1 refused, correct it; 3 stored without some of its rows (--partial); 75 unknown, run it again.
 */
public final class PushAndRead {
  private static final Set<Code> UNKNOWN_OUTCOME =
      EnumSet.of(Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.UNKNOWN, Code.CANCELLED);
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final int TRIES = 8;
  private static final long DEADLINE_SECONDS = 30; // for each try

  private final List<ManagedChannel> channels = new ArrayList<>();

  public static void main(String[] arguments) throws Exception {
    List<String> names = new ArrayList<>(Arrays.asList(arguments));
    boolean partial = names.remove("--partial");
    if (names.size() != 5) {
      System.err.println("usage: PushAndRead [--partial] INSTITUTION PUSH_ID ROWS.json PLAN QUARTER");
      System.exit(2);
    }
    PushAndRead client = new PushAndRead();
    int code = client.push(names.get(0), names.get(1), Path.of(names.get(2)), partial);
    if (code == 0 || code == 3) client.read(names.get(0), names.get(3), names.get(4));
    client.channels.forEach(ManagedChannel::shutdownNow);
    System.exit(code);
  }

  /** Pushes the rows as one push; returns the process's exit code. */
  private int push(String institution, String pushId, Path rows, boolean partial)
      throws IOException, InterruptedException {
    PushObservationsRequest.Builder request = PushObservationsRequest.newBuilder();
    String observations = Files.readString(rows, StandardCharsets.UTF_8);
    JsonFormat.parser().merge("{\"observations\": " + observations + "}", request);
    request.setParent("institutions/" + institution).setPushId(pushId).setPartial(partial);
    IndicatorServiceGrpc.IndicatorServiceBlockingStub service = withToken(
        IndicatorServiceGrpc.newBlockingStub(connect("ATHENA_INDICATOR_ADDRESS", "127.0.0.1:7702")));
    PushObservationsResponse answer;
    int differ = 0;
    try {
      answer = call(service, stub -> stub.pushObservations(request.build()));
      if (answer.getReplayed()) { // it says what was stored then; is it still?
        request.setPushId("").setValidateOnly(true);
        PushCounts now = call(service, stub -> stub.pushObservations(request.build())).getCounts();
        differ = now.getInserted() + now.getRevised() + now.getDeleted();
      }
    } catch (StatusRuntimeException error) {
      Code code = error.getStatus().getCode();
      System.err.println(code + ": " + error.getStatus().getDescription());
      for (BadRequest bad : details(error, BadRequest.class)) {
        for (BadRequest.FieldViolation fault : bad.getFieldViolationsList()) {
          // "observations[17].value": row 17, from 0
          System.err.println("  " + fault.getField() + ": " + fault.getDescription());
        }
      }
      boolean unknown = UNKNOWN_OUTCOME.contains(code)
          || code == Code.UNAVAILABLE || code == Code.RESOURCE_EXHAUSTED;
      return unknown ? 75 : 1;
    }
    System.out.println(answer.getName() + (answer.getReplayed() ? " (replayed)" : "") + ": "
        + answer.getCounts().getAllFields().entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey().getName())
            .collect(Collectors.joining(", ")));
    if (differ > 0) {
      System.out.println(
          "  " + differ + " rows have been changed since: a new push id stores them again");
    }
    for (RowOutcome row : answer.getOutcomesList()) { // unchanged, locked, rejected or flagged
      System.out.println("  row " + row.getIndex() + ": " + row.getOutcome());
      for (RowFault fault : row.getFaultsList()) {
        System.out.println("    " + fault.getField() + ": " + fault.getDescription());
      }
    }
    boolean all = answer.getCounts().getRejected() == 0 && answer.getCounts().getLocked() == 0;
    return all ? 0 : 3;
  }

  /** Prints the scorecard of a plan. */
  private void read(String institution, String plan, String quarter)
      throws IOException, InterruptedException {
    ReportingServiceGrpc.ReportingServiceBlockingStub reports = withToken(
        ReportingServiceGrpc.newBlockingStub(connect("ATHENA_REPORTING_ADDRESS", "127.0.0.1:7703")));
    GetScorecardRequest request = GetScorecardRequest.newBuilder()
        .setName("institutions/" + institution + "/plans/" + plan + "/scorecards/" + quarter)
        .build();
    show(call(reports, stub -> stub.getScorecard(request)).getResult().getRoot(), 0);
  }

  /** Prints a node of the scorecard with its indicators, and the nodes below it. */
  private static void show(ScorecardNode node, int depth) {
    line(depth, (node.getCode() + " " + node.getTitle()).trim(), node.getStatus().name(),
        node.hasScore() ? String.format(Locale.ROOT, " %.1f", node.getScore().getValue()) : "",
        node.getReason().name());
    for (ScorecardIndicator indicator : node.getIndicatorsList()) {
      String value = indicator.getPeriodResult().hasValue()
          ? indicator.getPeriodResult().getValue().getDecimal() : "no value";
      line(depth + 1, "- " + indicator.getTitle() + " " + value + " " + indicator.getUnit(),
          indicator.getStatus().name(),
          indicator.hasScore()
              ? String.format(Locale.ROOT, " %.1f", indicator.getScore().getValue()) : "",
          indicator.getReason().name());
    }
    for (ScorecardNode child : node.getChildrenList()) show(child, depth + 1);
  }

  private static void line(int depth, String title, String status, String score, String reason) {
    String why = reason.replace("SCORECARD_REASON_", "");
    System.out.println("  ".repeat(depth) + title + ": " + status.replace("SCORECARD_STATUS_", "")
        + score + (why.equals("UNSPECIFIED") ? "" : " (" + why + ")"));
  }

  private ManagedChannel connect(String variable, String otherwise) throws IOException {
    String address = System.getenv().getOrDefault(variable, otherwise);
    ManagedChannel channel = Grpc.newChannelBuilder(address, credentials()).build();
    channels.add(channel);
    return channel;
  }

  // TLS when the environment names an authority.
  private static ChannelCredentials credentials() throws IOException {
    String ca = System.getenv("ATHENA_TLS_CA");
    String certificate = System.getenv("ATHENA_TLS_CERTIFICATE");
    if (ca == null) return InsecureChannelCredentials.create();
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder().trustManager(new File(ca));
    if (certificate != null) {
      tls.keyManager(new File(certificate), new File(System.getenv("ATHENA_TLS_KEY")));
    }
    return tls.build();
  }

  private static <S extends AbstractBlockingStub<S>> S withToken(S stub) {
    String token = System.getenv("ATHENA_TOKEN");
    if (token == null || token.isEmpty()) return stub;
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /**
   * Calls the method, and calls it again as long as a retry can change the answer. Retrying a push is
   * safe: its push_id makes sure that it is stored once, whether or not an earlier try arrived.
   */
  private static <S extends AbstractBlockingStub<S>, R> R call(S stub, Function<S, R> method)
      throws InterruptedException {
    double pause = 0.2;
    for (int triesLeft = TRIES - 1; ; --triesLeft) {
      try {
        return method.apply(stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS));
      } catch (StatusRuntimeException error) {
        Code code = error.getStatus().getCode();
        List<RetryInfo> asked = details(error, RetryInfo.class);
        boolean again = code == Code.UNAVAILABLE || UNKNOWN_OUTCOME.contains(code)
            || (code == Code.RESOURCE_EXHAUSTED && !asked.isEmpty());
        if (!again || triesLeft == 0) throw error;
        double wait = pause * ThreadLocalRandom.current().nextDouble(0.5, 1.5);
        for (RetryInfo retry : asked) {
          wait = Math.max(wait, Durations.toNanos(retry.getRetryDelay()) / 1e9);
        }
        Thread.sleep((long) (1000 * wait));
        pause = Math.min(2 * pause, 10);
      }
    }
  }

  /** The details of an error that have a type of google.rpc. */
  private static <D extends Message> List<D> details(StatusRuntimeException error, Class<D> type) {
    List<D> found = new ArrayList<>();
    byte[] packed = error.getTrailers() == null ? null : error.getTrailers().get(DETAILS);
    if (packed == null) return found;
    try {
      for (Any detail : Status.parseFrom(packed).getDetailsList()) {
        if (detail.is(type)) found.add(detail.unpack(type));
      }
    } catch (InvalidProtocolBufferException notOurs) {
      // Somebody between us and the service wrote it: code and message have to do.
    }
    return found;
  }
}
