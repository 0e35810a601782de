namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Reads the names to which values are given.</summary>
/// <param name="tokens">The pieces of the template.</param>
internal sealed class TargetParser(TokenReader tokens)
{
    /// <summary>Those of a loop.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Target OfFor()
    {
        var targets = new List<Target>();
        var isTuple = false;
        do
        {
            targets.Add(tokens.SkipsOperator("(") ? Inner() : new Target.Name(tokens.Require(TokenKind.Name).Text));
        }
        while (tokens.SkipsOperator(",") && (isTuple = true) && !tokens.IsName("in") && !tokens.IsOperator(")"));

        return targets is [var only] && !isTuple ? only : new Target.Several(targets);

        Target Inner()
        {
            var inner = OfFor();
            tokens.RequireOperator(")");
            return inner;
        }
    }

    /// <summary>Those of a set block, members of namespaces among them.</summary>
    /// <exception cref="TemplateFault">It is broken, or not exact here.</exception>
    public Target OfSet()
    {
        var targets = new List<Target>();
        do
        {
            var name = tokens.Require(TokenKind.Name).Text;
            targets.Add(tokens.SkipsOperator(".") ? new Target.Member(name, tokens.Require(TokenKind.Name).Text) : new Target.Name(name));
        }
        while (tokens.SkipsOperator(",") && !tokens.IsOperator("="));

        return targets is [var only] ? only : new Target.Several(targets);
    }
}
