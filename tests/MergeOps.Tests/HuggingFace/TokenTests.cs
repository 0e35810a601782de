using System.Text;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Cache;
using MergeOps.HuggingFace.Reading;
using MergeOps.Tensors;
using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

/// <summary>The token goes to the Hub's own host and nowhere else, in no form, whatever the servers do or say.</summary>
public sealed class TokenTests
{
    private static readonly RepositoryName Model = LocalHub.Name("org/model");

    private static readonly Dictionary<string, byte[]> Content = new()
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["model.safetensors"] = LocalHub.Bytes(100_000, seed: 1),
    };

    public static TheoryData<string> Modes => ["none", "echo", "echo as base64", "echo encoded", "warning", "redirect", "sign-in page", "cut", "expired", "500"];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task The_token_is_in_no_message_no_file_and_no_request_to_another_host(string mode)
    {
        await using var hub = await LocalHub.StartAsync();
        hub.Server.AddModel("org/model", Content, isPrivate: true);
        using (var client = hub.Client(hub.Server.Token))
        {
            await DownloadAsync(hub, client);
        }

        Arm(hub, mode);
        using (var client = hub.Client(hub.Server.Token))
        {
            File.Delete(hub.Cache.BlobPath(Model, LocalHub.Sha256(Content["model.safetensors"])));
            hub.Reported.AddRange(await TryAllAsync(hub, client));
        }

        var trace = new TokenTrace(hub.Server.Token);
        Assert.DoesNotContain(hub.Reported, trace.IsIn);
        Assert.Empty(trace.FilesBelow(Path.GetDirectoryName(hub.Cache.Folder)!));
        Assert.DoesNotContain(hub.Server.Requests.Where(request => request.Origin != Origin.Hub), trace.IsIn);
        Assert.Contains(hub.Server.Requests, request => request.Origin != Origin.Hub);
        Assert.Contains(hub.Server.Requests, request => request.Header("Authorization") == $"Bearer {hub.Server.Token}");
    }

    private static void Arm(LocalHub hub, string mode)
    {
        var said = $"Who is Bearer {hub.Server.Token}?";
        switch (mode)
        {
            case "echo":
                hub.Server.Faults.Add(Misbehave.Answer(400, "application/json", $$"""{"error":"{{said}}"}""", ("X-Error-Message", said)));
                break;
            case "echo as base64":
                hub.Server.Faults.Add(Misbehave.Answer(403, "text/plain", Convert.ToBase64String(Encoding.ASCII.GetBytes(said))));
                break;
            case "echo encoded":
                hub.Server.Faults.Add(Misbehave.Answer(401, "text/plain", Uri.EscapeDataString(said)));
                break;
            case "warning":
                hub.Server.Faults.Add(Misbehave.Header("X-HF-Warning", $"topic; {said}"));
                break;
            case "redirect":
                hub.Server.Faults.Add(Misbehave.RedirectToHost(hub.Server.ForeignEndpoint, 307), origin: Origin.Hub);
                break;
            case "sign-in page":
                hub.Server.Faults.Add(Misbehave.SignInPage());
                break;
            case "cut":
                hub.Server.Faults.Add(Misbehave.Cut());
                break;
            case "expired":
                hub.Server.Faults.Add(Misbehave.ExpiredUrl(), origin: Origin.Cdn);
                break;
            case "500":
                hub.Server.Faults.Add(Misbehave.Status(500));
                break;
        }
    }

    private static async Task<IEnumerable<string>> TryAllAsync(LocalHub hub, HubClient client)
    {
        var repositories = new HubRepositories(client);
        var commit = hub.Server.Repository("org/model").Head.Id;
        return
        [
            await FailureOf(repositories.InfoAsync(Model, null, LocalHub.Cancellation)),
            await FailureOf(repositories.RefsAsync(Model, true, LocalHub.Cancellation)),
            await FailureOf(repositories.PathsInfoAsync(Model, commit, ["config.json"], LocalHub.Cancellation)),
            await FailureOf(new HubFiles(client).MetadataAsync(Model, commit, "config.json", LocalHub.Cancellation)),
            await FailureOf(DownloadAsync(hub, client)),
        ];
    }

    private static async Task<string> FailureOf(Task asked)
    {
        try
        {
            await asked;
            return "";
        }
        catch (MergeOpsException failure)
        {
            return failure.ToString();
        }
    }

    private static async Task DownloadAsync(LocalHub hub, HubClient client)
    {
        var files = Content.Select(file => new HashedFile(
            file.Key,
            file.Value.Length,
            file.Key == "config.json" ? MergeOps.Tensors.BlobDigest.Of(MergeOps.Tensors.DigestKind.GitBlob, file.Value) : LocalHub.Sha256(file.Value)));
        await new SnapshotDownload(client, hub.Cache, hub.Digests).RunAsync(
            Model, "main", hub.Server.Repository("org/model").Head.Id, [.. files], null, LocalHub.Cancellation);
    }
}
