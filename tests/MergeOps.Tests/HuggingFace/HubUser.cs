using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Tensors;
using MergeOps.TestHub;
using MergeOps.Tests.Cli;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

/// <summary>Somebody at a command line whose Hub runs on this machine, with an empty cache and an empty home.</summary>
internal sealed class HubUser : IAsyncDisposable
{
    private static readonly string[] NotTheirs = ["HF_HUB_CACHE", "HF_TOKEN", "HF_HUB_OFFLINE", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH"];

    private readonly TemporaryModels models = new();

    private readonly string root;

    private HubUser(TestHubServer hub, string root) => (Hub, this.root) = (hub, root);

    /// <summary>The Hub.</summary>
    public TestHubServer Hub { get; }

    /// <summary>What surrounds the user's runs.</summary>
    public HostEnvironment Environment { get; private set; } = TestEnvironment.OfThisProcess.With(NotTheirs.Select(name => (name, (string?)null)));

    /// <summary>The user's folder: recipes lie here.</summary>
    public string Path => models.Path;

    /// <summary>The user's cache of the Hub.</summary>
    public string Cache => this["hf/hub"];

    /// <summary>A place in the user's folder.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Starts the Hub.</summary>
    public static async Task<HubUser> StartAsync()
    {
        var root = Directory.CreateTempSubdirectory("mergeops-hub-").FullName;
        var user = new HubUser(await TestHubServer.StartAsync(root, null, TestContext.Current.CancellationToken), root);
        user.Set("HF_ENDPOINT", user.Hub.Endpoint.ToString().TrimEnd('/'));
        user.Set("HF_HOME", user["hf"]);
        user.Set(MergeOpsHome.Variable, user["home"]);
        return user;
    }

    /// <summary>Sets a variable for the rest of the test.</summary>
    public void Set(string name, string? value) => Environment = Environment.With((name, value));

    /// <summary>Writes a recipe.</summary>
    public string Recipe(string yaml, string name = "recipe.yml") => models.Recipe(yaml, name);

    /// <summary>Puts a Llama-shaped model of zeros on the Hub, different from others by its name.</summary>
    public HubUser Llama(string name, int layers = 2, string card = "license: apache-2.0", params (string Path, string Text)[] more)
    {
        models.Llama("staged", layers);
        var files = Directory.EnumerateFiles(this["staged"]).ToDictionary(path => System.IO.Path.GetFileName(path), File.ReadAllBytes);
        var shard = files["model.safetensors"];
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8]).CopyTo(shard, shard.Length - 8);
        files["README.md"] = Encoding.UTF8.GetBytes($"---\n{card}\n---\n# {name}\n");
        files["tokenizer.json"] = Encoding.UTF8.GetBytes(new JsonObject { ["model"] = name }.ToJsonString());
        foreach (var (path, text) in more)
        {
            files[path] = Encoding.UTF8.GetBytes(text);
        }

        Hub.AddModel(name, files);
        Directory.Delete(this["staged"], recursive: true);
        return this;
    }

    /// <summary>Runs the program.</summary>
    public Task<CommandLineRun> RunAsync(params string[] arguments) => CommandLineRun.OfAsync(Environment, arguments);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Directory.Delete(root, recursive: true);
        models.Dispose();
    }
}
