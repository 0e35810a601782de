using System.Net.Http.Headers;
using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Http;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Upload;

/// <summary>
/// What proves to others which workflow runs here: a signed statement that a GitHub runner gives on request
/// (<c>ACTIONS_ID_TOKEN_REQUEST_URL</c> and <c>…_TOKEN</c>), or that another system has put into <c>HF_OIDC_ID_TOKEN</c>.
/// </summary>
/// <param name="given">The statement, where it was given already.</param>
/// <param name="address">Where to ask for one.</param>
/// <param name="ticket">The right to ask.</param>
internal sealed class RunnerIdentity(string? given, Uri? address, string? ticket)
{
    // the Hub accepts statements for this audience alone, whatever its own address is
    private const string Audience = "https://huggingface.co";

    private const int MostBytes = 64 * 1024;
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The identity of this process; null when it runs in no workflow that has one.</summary>
    /// <param name="environment">What the runner sets.</param>
    public static RunnerIdentity? Of(HostEnvironment environment)
    {
        var given = NotEmpty(environment["HF_OIDC_ID_TOKEN"]);
        var ticket = NotEmpty(environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]);
        var address = Uri.TryCreate(environment["ACTIONS_ID_TOKEN_REQUEST_URL"], UriKind.Absolute, out var parsed) ? parsed : null;
        if (ticket is not null && address is not null && !TokenRule.IsConfidential(address))
        {
            throw new MergeOpsException(Codes.RunnerNotTrusted, "ACTIONS_ID_TOKEN_REQUEST_URL is not an https address, so the request token is not sent there.");
        }

        return given is not null || (ticket is not null && address is not null) ? new(given, address, ticket) : null;
    }

    /// <summary>A statement that is valid for some minutes.</summary>
    /// <exception cref="MergeOpsException">The runner does not give one.</exception>
    public async Task<string> TokenAsync(CancellationToken cancellation)
    {
        if (given is not null)
        {
            return given;
        }

        try
        {
            using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
            using var http = new HttpClient(handler) { Timeout = IdleTimeout, MaxResponseContentBufferSize = MostBytes };
            var separator = address!.Query.Length > 0 ? '&' : '?';
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{address.AbsoluteUri}{separator}audience={Uri.EscapeDataString(Audience)}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ticket);
            using var response = await http.SendAsync(request, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                throw Refused($"it answered {(int)response.StatusCode}", null);
            }

            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            return answer.RootElement.TryGetProperty("value", out var value) && value.GetString() is { Length: > 0 } token
                ? token
                : throw Refused("its answer holds none", null);
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException or InvalidOperationException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw Refused("it cannot be asked", failure);
        }
    }

    // nothing that was said is repeated: it may hold the statement
    private static MergeOpsException Refused(string why, Exception? cause) => new(
        Codes.RunnerNotTrusted, $"The runner gave no identity: {why}. The job needs 'permissions: id-token: write'.", innerException: cause);

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
