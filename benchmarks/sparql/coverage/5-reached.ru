# # What is given of each requirement in each scope: by what is implemented, and by what is evidenced
# **Reading:** COVERAGE §3 and R4: in full, in part without saying which part, or so many of its live elements.
PREFIX cov: <https://w3id.org/normgraph/benchmark/coverage#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX ng: <https://w3id.org/normgraph/ns#>
INSERT { ?pair cov:designed cov:Full }
WHERE {
  ?row cov:gives cov:Full ; cov:control ?control ; cov:onRequirement ?requirement .
  ?control cov:implementedIn ?scope .
  ?pair cov:requirement ?requirement ; cov:scope ?scope .
} ;
INSERT { ?pair cov:designed cov:Loose }
WHERE {
  ?row cov:gives cov:Loose ; cov:control ?control ; cov:onRequirement ?requirement .
  ?control cov:implementedIn ?scope .
  ?pair cov:requirement ?requirement ; cov:scope ?scope .
} ;
INSERT { ?pair cov:designedElements ?count }
WHERE {
  SELECT ?pair (COUNT(DISTINCT ?element) AS ?count) WHERE {
    ?row cov:names ?element ; cov:control ?control ; cov:onRequirement ?requirement .
    ?control cov:implementedIn ?scope .
    ?pair cov:requirement ?requirement ; cov:scope ?scope ; cov:live ?element .
  } GROUP BY ?pair
} ;
INSERT { ?pair cov:proven cov:Full }
WHERE {
  ?row cov:gives cov:Full ; cov:control ?control ; cov:onRequirement ?requirement .
  ?control cov:evidencedIn ?scope .
  ?pair cov:requirement ?requirement ; cov:scope ?scope .
} ;
INSERT { ?pair cov:provenElements ?count }
WHERE {
  SELECT ?pair (COUNT(DISTINCT ?element) AS ?count) WHERE {
    ?row cov:names ?element ; cov:control ?control ; cov:onRequirement ?requirement .
    ?control cov:evidencedIn ?scope .
    ?pair cov:requirement ?requirement ; cov:scope ?scope ; cov:live ?element .
  } GROUP BY ?pair
}
