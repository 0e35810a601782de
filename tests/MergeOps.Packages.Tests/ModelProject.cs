using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace MergeOps.Packages.Tests;

/// <summary>A project with the quickstart's recipe as <c>MergeRecipe</c> on a user's machine that has libtorch.</summary>
internal sealed partial class ModelProject : IDisposable
{
    private readonly UserMachine machine;

    /// <summary>Writes the project.</summary>
    public ModelProject(PackedFeed feed, string properties, string sdk = "Microsoft.NET.Sdk")
    {
        machine = new UserMachine(feed.Folder, Path.GetDirectoryName(PackedFeed.Downloaded("microsoft.build.notargets", "3.7.0"))!);
        machine.Set("MERGEOPS_LIBTORCH", RepositoryProgram.Natives);
        Write("models.csproj", $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>{properties}</PropertyGroup>
              <ItemGroup>
                <PackageReference Include="MergeOps.MSBuild" Version="{feed.Version}" PrivateAssets="all" />
                <MergeRecipe Include="recipes/*.yml" />
              </ItemGroup>
            </Project>
            """);
        Write("Models.cs", "public static class Models;");
    }

    /// <summary>The path of something in the project's folder.</summary>
    public string this[string relative] => machine[relative];

    /// <summary>The distinct errors that a build shows, without the project's name.</summary>
    public static IEnumerable<string> ErrorsIn(string output) => ErrorLine().Matches(output).Select(match => match.Groups[1].Value).Distinct();

    /// <summary>Writes a file of the project.</summary>
    public void Write(string relative, string text) => File.WriteAllText(this[relative], text);

    /// <summary>Builds the project, which must succeed.</summary>
    /// <returns>The models that were merged, in order.</returns>
    public IReadOnlyList<string> Build(params IEnumerable<string> arguments)
    {
        var run = TryBuild(arguments);
        Assert.True(run.ExitCode == 0, run.ToString());
        return [.. MergeLine().Matches(run.Output).Select(match => match.Groups[1].Value)];
    }

    /// <summary>Builds the project.</summary>
    public Finished TryBuild(params IEnumerable<string> arguments) =>
        machine.Run("dotnet", ["build", "models.csproj", "-c", "Release", "-nodeReuse:false", "-tl:off", .. arguments]);

    /// <summary>Runs another command of the SDK.</summary>
    public Finished Run(string command, params IEnumerable<string> arguments) =>
        machine.Run("dotnet", [command, .. arguments.Any() ? arguments : ["models.csproj", "-c", "Release", "-nodeReuse:false"]]);

    /// <summary>Starts a command of the SDK that a test ends.</summary>
    public Process Start(params IEnumerable<string> arguments) => machine.Start("dotnet", arguments);

    /// <summary>Writes a recipe whose merge takes long enough to be interrupted: a method that looks several times at models of half a gigabyte of zeros.</summary>
    public void WriteLongMerge()
    {
        const int Rows = 128, Columns = 1 << 20;
        foreach (var file in Directory.EnumerateFiles(this["recipes"], "*.yml"))
        {
            File.Delete(file);
        }

        var header = Encoding.UTF8.GetBytes($$"""{"weight":{"dtype":"F32","shape":[{{Rows}},{{Columns}}],"data_offsets":[0,{{(long)Rows * Columns * sizeof(float)}}] } }""");
        foreach (var model in (string[])["base", "one", "two"])
        {
            Directory.CreateDirectory(this[$"recipes/{model}"]);
            Write($"recipes/{model}/config.json", "{}");
            using var file = File.Create(this[$"recipes/{model}/model.safetensors"]);
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            file.Write(length);
            file.Write(header);
            file.SetLength(8 + header.Length + ((long)Rows * Columns * sizeof(float)));
        }

        Write("recipes/long.yml", """
            merge_method: ties
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 1, density: 0.5 }
              - model: ./two
                parameters: { weight: 1, density: 0.5 }
            """);
    }

    /// <inheritdoc/>
    public void Dispose() => machine.Dispose();

    [GeneratedRegex(@"^\s*recipes/\S+ -> bin/Release/models/(\S+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MergeLine();

    [GeneratedRegex(@"(recipes/\S+: error .*?) \[", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ErrorLine();
}
