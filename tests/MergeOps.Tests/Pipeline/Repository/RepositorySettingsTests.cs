using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Pipeline.Repository;
using Xunit;

namespace MergeOps.Tests.Pipeline.Repository;

public sealed class RepositorySettingsTests
{
    [Fact]
    public void A_repository_without_the_file_has_the_defaults()
    {
        using var folder = new TemporaryFolder();
        var found = new DiagnosticBag();

        var settings = RepositorySettings.Find(folder.Path, found);

        Assert.Empty(found);
        Assert.Equal(["recipes/*.yml"], settings!.Recipes);
        Assert.False(settings.MergesLocks);
        Assert.Equal((0, DirectPushes.Refuse, null), (settings.Approvals, settings.DirectPushes, settings.Command));
    }

    [Fact]
    public void Every_key_of_the_file_is_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            RepositorySettings.Path,
            """
            recipes: [recipes/*.yml, models/*/merge.yml]
            approvals: 2
            direct_pushes: apply
            outside_folders: [/mnt/models, /srv/published]
            merge_locks: true
            evaluate:
              command: [python, score.py, "--model={model}", "{results}", "{recipe-name}"]
            """u8);
        var found = new DiagnosticBag();

        var settings = RepositorySettings.Find(folder.Path, found);

        Assert.Empty(found);
        Assert.Equal(["recipes/*.yml", "models/*/merge.yml"], settings!.Recipes);
        Assert.Equal((2, DirectPushes.Apply), (settings.Approvals, settings.DirectPushes));
        Assert.Equal(["/mnt/models", "/srv/published"], settings.OutsideFolders);
        Assert.True(settings.MergesLocks);
        Assert.Equal(
            ["python", "score.py", "--model=/m", "/r.json", "quickstart"],
            settings.Command!.For("/m", "/r.json", "quickstart"));
    }

    [Theory]
    [InlineData("models")]
    [InlineData("../models")]
    [InlineData("//server/models")]
    public void A_folder_outside_is_an_absolute_one_on_this_machine(string path)
    {
        var (settings, found) = Read($"outside_folders: {path}\n");

        Assert.Null(settings);
        Assert.Contains("is not an absolute path", Assert.Single(found).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_means_the_defaults()
    {
        var (settings, found) = Read("# nothing yet\n");

        Assert.Empty(found);
        Assert.Same(RepositorySettings.Default, settings);
    }

    [Fact]
    public void A_key_that_is_left_out_has_its_default()
    {
        var (settings, found) = Read("recipes: [recipes/*.yml]\n");

        Assert.Empty(found);
        Assert.Equal((0, DirectPushes.Refuse, null), (settings!.Approvals, settings.DirectPushes, settings.Command));
        Assert.Equal(["recipes/*.yml"], Read("approvals: 1\n").Settings!.Recipes);
    }

    [Fact]
    public void One_pattern_needs_no_list() => Assert.Equal(["merges/*.yml"], Read("recipes: merges/*.yml\n").Settings!.Recipes);

    [Fact]
    public void A_value_in_a_command_opens_no_other_placeholder()
    {
        var (settings, _) = Read("evaluate: { command: [score, '{model}', '{results}'] }\n");

        Assert.Equal(["score", "/models/{results}", "/r"], settings!.Command!.For("/models/{results}", "/r", "x"));
    }

    [Theory]
    [InlineData("aprovals: 1", "1,1", "MOPS107", "Did you mean 'approvals'?")]
    [InlineData("approvals: -1", "1,12", "MOPS113", "a whole number from 0 to 100")]
    [InlineData("direct_pushes: aply", "1,16", "MOPS112", "Did you mean 'apply'?")]
    [InlineData("command: [a]", "1,1", "MOPS108", "'command' belongs under 'evaluate:'")]
    [InlineData("recipes: ../*.yml", "1,10", "MOPS112", "is not a path in the repository")]
    [InlineData("recipes: []", "1,10", "MOPS109", "'recipes' is empty")]
    [InlineData("evaluate: { command: python score.py }", "1,22", "MOPS112", "each argument by itself")]
    [InlineData("evaluate: { command: [a, '{model}'] }", "1,22", "MOPS109", "does not use {results}")]
    [InlineData("evaluate: { command: [a, '{model}', '{results}', '{modle}'] }", "1,50", "MOPS115", "Did you mean '{model}'?")]
    [InlineData("approvals: 1\napprovals: 2", "2,1", "MOPS106", "is already on line 1")]
    [InlineData("recipes: [a", "1,", "MOPS103", "")]
    [InlineData("- recipes", "1,1", "MOPS112", "found a list")]
    public void A_mistake_is_found_at_its_place(string text, string place, string code, string words)
    {
        var (settings, found) = Read(text);

        Assert.Null(settings);
        var line = TextRenderer.Render(Assert.Single(found));
        Assert.StartsWith($".github/mergeops.yml({place}", line, StringComparison.Ordinal);
        Assert.Contains(code, line, StringComparison.Ordinal);
        Assert.Contains(words, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_in_the_file_is_found_and_not_repeated()
    {
        var token = "hf_" + new string('a', 34);
        var (settings, found) = Read($"recipes: recipes/*.yml # {token}\n");

        Assert.Null(settings);
        Assert.Equal(Codes.SecretFound, Assert.Single(found).Code);
        Assert.DoesNotContain(token, TextRenderer.Render(found.Single()), StringComparison.Ordinal);
    }

    private static (RepositorySettings? Settings, DiagnosticBag Found) Read(string text)
    {
        var found = new DiagnosticBag();
        return (RepositorySettings.Read(RepositorySettings.Path, Encoding.UTF8.GetBytes(text), found), found);
    }

    [Fact]
    public void A_policy_is_read_with_the_command_that_it_names()
    {
        var settings = Read("""
            commands: { judge: [python, judge.py, "{plan}"] }
            policy:
              licenses: [mit, llama3.1]
              organizations: [acme]
              formats: [safetensors]
              methods: [linear, moe]
              max_size: 20GB
              command: judge
            """, out var found);

        Assert.Empty(found);
        var policy = settings!.Policy;
        Assert.Equal(["mit", "llama3.1"], policy.Licenses!);
        Assert.Equal(["acme"], policy.Organizations!);
        Assert.Equal(["linear", "moe"], policy.Methods!);
        Assert.Equal(20_000_000_000, policy.MaxSize);
        Assert.Equal(["python", "judge.py", "/p.json"], policy.Command!.Judging("/p.json", "recipes/a.yml"));
    }

    [Theory]
    [InlineData("commands: { judge: [judge, '{plan}', '{output}'] }\npolicy: { command: judge }", "The policy's command uses {output}, which only commands for derived files have")]
    [InlineData("policy: { methods: [linaer] }", "There is no 'linaer' for 'methods'")]
    [InlineData("policy: { formats: [gguf] }", "There is no 'gguf' for 'formats'; there are safetensors, pytorch.")]
    [InlineData("policy: { command: judge }", "There is no 'judge' for 'command': the settings have no 'commands'.")]
    [InlineData("commands: { judge: [judge.sh] }\npolicy: { command: judge }", "The command does not use {plan}")]
    [InlineData("commands: { judge: [judge.sh, '{paln}'] }", "There is no '{paln}'; there are {plan}, {recipe}, {model}, {output}. Did you mean '{plan}'?")]
    [InlineData("requires: [previewed]", "There is no requirement 'previewed'; there are approved, code_owners, mergeable, preview, up_to_date. Did you mean 'preview'?")]
    [InlineData("policy:", "'policy' has no value.")]
    [InlineData("policy:\n  licenses:", "'licenses' has no value.")]
    [InlineData("policy: { licences: [mit] }", "Did you mean 'licenses'?")]
    [InlineData("policy: { signed: { unsigned: allow } }", "'keys' is missing here.")]
    [InlineData("policy: { signed: { keys: [] } }", "'keys' is empty.")]
    [InlineData("policy: { signed: { keys: [acme.pub], unsigned: alow } }", "'unsigned' is 'refuse' or 'allow', not 'alow'. Did you mean 'allow'?")]
    [InlineData("policy: { signed: }", "'signed' has no value.")]
    [InlineData("policy: { signed: required }", "Expected 'key: value' lines with the keys keys, unsigned")]
    [InlineData("policy: { max_size: big }", "'max_size' is a number of bytes")]
    public void A_mistake_in_a_policy_is_told(string text, string reason)
    {
        Assert.Null(Read(text, out var found));

        Assert.Contains(reason, Assert.Single(found).Message(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_that_signs_is_read_with_its_public_key()
    {
        var sign = Read("""
            sign:
              command: [aws, kms, sign, --key-id, alias/models, --message, fileb:///dev/stdin]
              public_key: keys/acme.pub
              timeout: 300
              variables: [AWS_SESSION_TOKEN]
            """, out var found)!.Sign!;

        Assert.Empty(found);
        Assert.Equal(["aws", "kms", "sign", "--key-id", "alias/models", "--message", "fileb:///dev/stdin"], sign.Words);
        Assert.Equal(("keys/acme.pub", true, TimeSpan.FromMinutes(5)), (sign.PublicKey.Value.Value, sign.PublicKey.IsPath, sign.Timeout));
        Assert.Equal(["AWS_SESSION_TOKEN"], sign.Variables);
        Assert.False(Read("sign: { command: [a], public_key: \"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\" }", out _)!.Sign!.PublicKey.IsPath);
    }

    [Theory]
    [InlineData("sign: { command: [a] }", "'public_key' is missing here.")]
    [InlineData("sign: { public_key: a.pub }", "'command' is missing here.")]
    [InlineData("sign: { command: openssl, public_key: a.pub }", "'command' is a list: the program, then each argument by itself")]
    [InlineData("sign: { command: [sign, '{model}'], public_key: a.pub }", "There is no '{model}' here: the command reads what it signs from stdin.")]
    [InlineData("sign: { command: [sign, \"-----BEGIN PRIVATE KEY-----\\tAAAA\"], public_key: a.pub }", "must be one line of text")]
    [InlineData("sign: { command: [sign, --key, \"-----BEGIN PRIVATE KEY----- AAAA\"], public_key: a.pub }", "A key on a command line can be read by every program on the machine.")]
    [InlineData("sign: { command: [a], public_key: a.pub, timeout: 0 }", "a whole number from 1 to 3600")]
    [InlineData("sign: { command: [a], public_key: 'https://acme.example/a.pub' }", "'public_key' is a local path")]
    [InlineData("sign: { comand: [a], public_key: a.pub }", "Did you mean 'command'?")]
    [InlineData("sign:", "'sign' has no value.")]
    public void A_mistake_in_who_signs_is_told(string text, string reason)
    {
        Assert.Null(Read(text, out var found));

        Assert.Contains(found, finding => finding.Message().Contains(reason, StringComparison.Ordinal));
    }

    private static RepositorySettings? Read(string text, out DiagnosticBag found)
    {
        found = [];
        return RepositorySettings.Read(RepositorySettings.Path, Encoding.UTF8.GetBytes(text), found);
    }
}
