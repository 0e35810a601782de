using System.Security.Cryptography;
using System.Text;
using MergeOps.Publishing.Signing;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using MergeOps.Tests.HuggingFace;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Models whose publishers signed them, and owners who ask for that.</summary>
public sealed class SignedParentsTests : IAsyncLifetime
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: org/base
        models:
          - model: org/one
            parameters: { weight: 0.5 }
        """;

    private static readonly string[] Ordinary = ["tokenizer_config.json", "notes.md"];

    private readonly ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly EllipticKey publisher;
    private HubUser user = null!;

    public SignedParentsTests() => publisher = EllipticKey.Private(pair.ExportPkcs8PrivateKeyPem(), "test");

    public async ValueTask InitializeAsync()
    {
        user = (await HubUser.StartAsync()).Llama("org/base", more: [.. Ordinary.Select(file => (file, "{}"))]).Llama("org/one");
        Sign("org/base", publisher);
        Sign("org/one", publisher);
    }

    public ValueTask DisposeAsync()
    {
        publisher.Dispose();
        pair.Dispose();
        return user.DisposeAsync();
    }

    [Fact]
    public async Task Models_that_their_publisher_signed_are_planned_without_the_network_and_merged()
    {
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        user.Hub.ForgetRequests();

        var plan = await PlanAsync(recipe);

        Assert.Equal(0, plan.ExitCode);
        Assert.DoesNotContain("MOPS84", plan.Error, StringComparison.Ordinal);
        Assert.Empty(user.Hub.Requests);
        Assert.Equal(0, (await user.RunAsync("merge", recipe, "--out", user["merged"])).ExitCode);
    }

    [Theory]
    [InlineData("config.json", " ", "'config.json' of 'org/base' was changed after it was signed: its SHA-256 is ")]
    [InlineData("tokenizer_config.json", " ", "'tokenizer_config.json' of 'org/base' was changed after it was signed")]
    [InlineData("model.safetensors", "", "'model.safetensors' of 'org/base' was changed after it was signed")]
    [InlineData("notes.md", null, "'notes.md' of 'org/base' was signed, and is missing.")]
    [InlineData("special_tokens_map.json", "{}", "'special_tokens_map.json' of 'org/base' was not signed.")]
    [InlineData("model.sig", "{}", "The signature of 'org/base' is not checked: It is not a Sigstore bundle of the type")]
    [InlineData("model.sig", null, "Nobody signed 'org/base': there is no model.sig beside its files.")]
    public async Task What_was_changed_after_signing_is_refused_by_name(string path, string? added, string reason)
    {
        var before = user.Hub.Repository("org/base").Head.Files.GetValueOrDefault(path)?.Content.ReadAll() ?? [];
        byte[]? after = added is null ? null : path == "model.sig" ? Encoding.UTF8.GetBytes(added) : [.. before, .. Encoding.UTF8.GetBytes(added)];
        if (path == "model.safetensors")
        {
            after = [.. before[..^1], (byte)(before[^1] ^ 1)];
        }

        user.Hub.Repository("org/base").Push("Change", new Dictionary<string, byte[]?> { [path] = after });
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);

        var plan = await PlanAsync(recipe);

        Assert.Equal(4, plan.ExitCode);
        Assert.Contains("error MOPS841:", plan.Error, StringComparison.Ordinal);
        Assert.Contains(reason, plan.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("'org/one'", plan.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("allow")]
    public async Task A_model_that_somebody_else_signed_is_refused(string unsigned)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = EllipticKey.Private(other.ExportPkcs8PrivateKeyPem(), "stranger");
        Sign("org/one", stranger);
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);

        var plan = await PlanAsync(recipe, unsigned);

        Assert.Equal(4, plan.ExitCode);
        Assert.Contains($"None of the policy's keys signed 'org/one'; its signature names the key '{stranger.Hint}'.", plan.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse", 4, "error MOPS841:")]
    [InlineData("allow", 0, "warning MOPS843:")]
    public async Task A_signature_with_a_certificate_is_never_called_verified(string unsigned, int exitCode, string finding)
    {
        user.Hub.Repository("org/one").Push("Sign", new Dictionary<string, byte[]?> { ["model.sig"] = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "ModelSigning", "certificate.bundle.json"), TestContext.Current.CancellationToken) });
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);

        var plan = await PlanAsync(recipe, unsigned);

        Assert.Equal(exitCode, plan.ExitCode);
        Assert.Contains(finding, plan.Error, StringComparison.Ordinal);
        Assert.Contains("The signature of 'org/one' is not checked", plan.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refuse", 4)]
    [InlineData("allow", 0)]
    public async Task What_becomes_of_a_model_that_nobody_signed_is_for_the_owners_to_say(string unsigned, int exitCode)
    {
        user.Hub.Repository("org/one").Push("Unsign", new Dictionary<string, byte[]?> { ["model.sig"] = null });
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);

        Assert.Equal(exitCode, (await PlanAsync(recipe, unsigned)).ExitCode);
    }

    [Theory]
    [InlineData("refuse", 4)]
    [InlineData("allow", 0)]
    public async Task A_merged_model_of_which_nobody_signed_a_parent_is_published_only_where_the_settings_allow_it(string unsigned, int exitCode)
    {
        user.Hub.Repository("org/one").Push("Unsign", new Dictionary<string, byte[]?> { ["model.sig"] = null });
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        Assert.Equal(0, (await user.RunAsync("merge", recipe, "--out", user["merged"])).ExitCode);

        var publish = await user.RunAsync("publish", recipe, "--from", user["merged"], "--to", $"folder:{user["published"]}", "--settings", Settings(unsigned));

        Assert.Equal(exitCode, publish.ExitCode);
        Assert.Equal(exitCode != 0, publish.Error.Contains("error MOPS841: The repository's policy does not allow this. Nobody signed 'org/one'", StringComparison.Ordinal));
        Assert.Equal(exitCode == 0, Directory.Exists(user["published"]));
    }

    [Fact]
    public async Task A_lock_that_lies_about_a_small_file_is_found_when_the_file_is_fetched()
    {
        var signed = Encoding.UTF8.GetBytes("{}");
        byte[] evil = [.. "{\"chat_template\": \"evil\"}"u8];
        user.Hub.Repository("org/base").Push("Change", new Dictionary<string, byte[]?> { ["tokenizer_config.json"] = evil });
        var recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
        foreach (var file in Directory.GetFiles(user[".locks"]))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            var forged = Encoding.UTF8.GetBytes(text.Replace(Hex(evil), Hex(signed), StringComparison.Ordinal));
            await File.WriteAllBytesAsync(Path.Combine(user[".locks"], $"{Hex(forged)}.json"), forged, TestContext.Current.CancellationToken);
            var locked = await File.ReadAllTextAsync(user["recipe.lock.yml"], TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(user["recipe.lock.yml"], locked.Replace(Path.GetFileNameWithoutExtension(file), Hex(forged), StringComparison.Ordinal), TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, (await PlanAsync(recipe)).ExitCode);
        var merge = await user.RunAsync("merge", recipe, "--out", user["merged"]);

        Assert.NotEqual(0, merge.ExitCode);
        Assert.Contains("by which its signature was judged", merge.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(user["merged"]));
    }

    [Fact]
    public async Task An_adapter_that_was_locked_before_locks_kept_signatures_gets_its_own_at_the_next_lock()
    {
        using var local = Adapter();
        user.Hub.AddModel("org/lora", Directory.EnumerateFiles(Path.Combine(local.Path, "lora")).ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes));
        Sign("org/lora", publisher);
        var recipe = user.Recipe(Merge.Replace("model: org/one", "model: org/one+org/lora", StringComparison.Ordinal));
        await user.RunAsync("lock", recipe);
        LockAsOlderPrograms("org/lora");
        var refused = await PlanAsync(recipe);

        await user.RunAsync("lock", recipe);
        var plan = await PlanAsync(recipe);
        user.Hub.ForgetRequests();
        await user.RunAsync("lock", recipe);

        Assert.Equal((4, 0), (refused.ExitCode, plan.ExitCode));
        Assert.Contains("Nobody signed 'org/lora': there is no model.sig beside its files. Where its lock is older than its signature, run `mergeops lock` again.", refused.Error, StringComparison.Ordinal);
        Assert.Empty(user.Hub.Requests);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("two/config.json", "'config.json' of './two' was changed after it was signed")]
    [InlineData("two/model.sig", "The signature of './two' is not checked")]
    [InlineData("lora/adapter_config.json", "'adapter_config.json' of './lora' was changed after it was signed")]
    public async Task Local_models_and_adapters_are_held_against_the_signatures_in_their_folders(string? changed, string reason)
    {
        using var models = Adapter().Llama("one", 1).Llama("two", 1);
        foreach (var name in new[] { "one", "two", "lora" })
        {
            SignFolder(Path.Combine(models.Path, name));
        }

        if (changed is not null)
        {
            await File.AppendAllTextAsync(Path.Combine(models.Path, changed), changed.EndsWith(".sig", StringComparison.Ordinal) ? "," : "\n", TestContext.Current.CancellationToken);
        }

        var recipe = models.Recipe("""
            merge_method: linear
            models:
              - { model: ./one, parameters: { weight: 0.5 } }
              - { model: ./two+./lora, parameters: { weight: 0.5 } }
            """);
        var plan = await user.RunAsync("plan", recipe, "--settings", Settings("refuse"));

        Assert.Equal(reason.Length == 0 ? 0 : 4, plan.ExitCode);
        Assert.Contains(reason, plan.Error, StringComparison.Ordinal);
    }

    private Task<CommandLineRun> PlanAsync(string recipe, string unsigned = "refuse") => user.RunAsync("plan", recipe, "--settings", Settings(unsigned));

    private static TemporaryModels Adapter() => new TemporaryModels().Adapter(
        "lora",
        """{"r": 2, "lora_alpha": 4, "target_modules": ["q_proj"]}""",
        ("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", DType.F32, [2, 4]),
        ("base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight", DType.F32, [4, 2]));

    // which listed no files of adapters, and kept no signatures
    private void LockAsOlderPrograms(string adapter)
    {
        var file = Assert.Single(Directory.GetFiles(user[".locks"]), file => File.ReadAllText(file).Contains($"\"{adapter}\"", StringComparison.Ordinal));
        var older = new MetadataFolder(user.Path).Keep(RepositoryMetadataText.Read(file, File.ReadAllText(file)) with { Paths = [], Signature = null });
        File.WriteAllText(user["recipe.lock.yml"], File.ReadAllText(user["recipe.lock.yml"]).Replace(Path.GetFileNameWithoutExtension(file), older, StringComparison.Ordinal));
        File.Delete(file);
    }

    private string Settings(string unsigned)
    {
        File.WriteAllText(user["acme.pub"], pair.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(user["mergeops.yml"], $"policy:\n  signed: {{ keys: [{user["acme.pub"]}], unsigned: {unsigned} }}\n");
        return user["mergeops.yml"];
    }

    private void Sign(string repository, EllipticKey key)
    {
        var files = user.Hub.Repository(repository).Head.Files.Where(file => file.Key != "model.sig").ToDictionary(file => file.Key, file => Hex(file.Value.Content.ReadAll()));
        user.Hub.Repository(repository).Push("Sign", new Dictionary<string, byte[]?> { ["model.sig"] = Encoding.UTF8.GetBytes(ModelSignature.Write(key, "model", files)) });
    }

    private void SignFolder(string folder) => File.WriteAllText(
        Path.Combine(folder, "model.sig"),
        ModelSignature.Write(publisher, "model", Directory.EnumerateFiles(folder).ToDictionary(path => Path.GetFileName(path), path => Hex(File.ReadAllBytes(path)))));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
