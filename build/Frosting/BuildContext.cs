using Cake.Core;
using Cake.Core.IO;
using Cake.Frosting;

namespace FrostingExample;

/// <summary>The example's context: the tool to run and the recipe to run it on.</summary>
/// <param name="context">Cake's own.</param>
public sealed class BuildContext(ICakeContext context) : FrostingContext(context)
{
    /// <summary>The <c>mergeops</c> that build.cake built.</summary>
    public FilePath Tool { get; } = context.Arguments.GetArgument("tool");

    /// <summary>The recipe of the first run.</summary>
    public FilePath Recipe { get; } = "recipes/quickstart.yml";
}
