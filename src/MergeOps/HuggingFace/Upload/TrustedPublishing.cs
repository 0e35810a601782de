using System.Text.Json.Nodes;
using MergeOps.Diagnostics;

namespace MergeOps.HuggingFace.Upload;

/// <summary>
/// Exchanges a workflow's identity for a token that may write to one repository for an hour
/// (RFC 8693; huggingface.co/docs/hub/trusted-publishers).
/// </summary>
internal sealed class TrustedPublishing(HubClient client, RepositoryName repository)
{
    private const string Endpoint = "oauth/token";
    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    private const string IdToken = "urn:ietf:params:oauth:token-type:id_token";

    /// <summary>The token.</summary>
    /// <param name="identity">What the runner states about its workflow.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The Hub does not trust the workflow.</exception>
    public async Task<HubToken> ExchangeAsync(string identity, CancellationToken cancellation)
    {
        SecretText.Register(identity);
        if (!client.Settings.IsConfidential)
        {
            throw new MergeOpsException(
                Codes.HubSettingInvalid, $"The identity of this workflow is sent only over https, and HF_ENDPOINT is {client.Settings.Endpoint.Scheme}://{client.Settings.Endpoint.Authority}.");
        }

        var subject = new HubSubject(repository);
        var body = new JsonObject
        {
            ["grant_type"] = Grant,
            ["subject_token_type"] = IdToken,
            ["subject_token"] = identity,
            ["resource"] = repository.ToString(),
        };
        try
        {
            var answer = await new HubJson(client).GetAsync(JsonRequest.Post(Endpoint, body, subject) with { MayRepeat = true }, cancellation);
            return HubToken.Of(HubJson.Text(answer, "access_token", subject)) ?? throw HubJson.Wrong(subject, "a token");
        }
        catch (FormatException)
        {
            // it is not shown: it may be a token all the same
            throw HubJson.Wrong(subject, "a token of visible characters");
        }
        catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.HubRequestRefused)
        {
            // the answer is not shown: it may repeat the identity
            throw new MergeOpsException(
                Codes.RunnerNotTrusted,
                $"Add this workflow to the trusted publishers in the settings of '{repository}' on the Hub, which must exist: repository, branch and workflow file must be exactly these. Or set HF_TOKEN.");
        }
    }
}
