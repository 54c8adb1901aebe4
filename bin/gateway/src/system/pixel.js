(()=>{let d=document,w=window,l=location,s=d.currentScript,o=new URL(s.src).origin,r=d.referrer,p,h={},n=0,on=addEventListener,
send=(event,properties,b)=>{
let u=new URL(l),q=new URLSearchParams
u.searchParams.forEach((v,x)=>/^(utm_\w+|ref|source)$/.test(x)&&q.set(x,v))
u.search=q;u.hash=''
b=b||JSON.stringify({event,properties,pixel_key:s.dataset.key,url:u.href.slice(0,512),referrer:r.split('?')[0].slice(0,512)})
fetch(o+'/api/v1/pixel/track',{method:'POST',keepalive:true,credentials:'omit',body:b})
.then(a=>a.status==503&&n++<3&&setTimeout(send,5e3,0,0,b),()=>0)},
view=()=>{let u=l.origin+l.pathname
if(u!=p){if(p)r=p;p=u;send('pageview',{title:d.title.slice(0,256)})}},
see=(type,f)=>{try{new PerformanceObserver(x=>x.getEntries().map(f)).observe({type,buffered:1})}catch{}},
f=e=>e.interactionId&&(h.inp=Math.max(h.inp||0,e.duration)),
start=()=>{view()
let push=history.pushState
history.pushState=function(){push.apply(this,arguments);view()}
on('popstate',view)
on('click',e=>{let a=e.target.closest('a[href]')
a&&/^http/.test(a.protocol)&&a.host!=l.host&&send('outbound',{url:a.host+a.pathname})})
see('largest-contentful-paint',e=>h.lcp=Math.round(e.startTime/100)*100)
see('layout-shift',e=>e.hadRecentInput||(h.cls=+((h.cls||0)+e.value).toFixed(2)))
see('event',f)
see('first-input',f)
on('visibilitychange',()=>{if(d.hidden&&h){send('web_vitals',h);h=0}})},
q=(w.mainstay||{}).q||[]
w.mainstay=(e,x)=>send(e,x)
d.prerendering?d.addEventListener('prerenderingchange',start):start()
q.map(a=>send(...a))})()
